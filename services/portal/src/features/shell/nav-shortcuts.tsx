import { useNavigate } from '@tanstack/react-router';
import { useShortcut } from '../../ui';
import type { NavItem } from './nav';

/** `g k` and its like, for every place one can go to. */
export function NavShortcuts({ items }: { items: readonly NavItem[] }) {
  return items.map((item) => <NavShortcut key={item.to} item={item} />);
}

function NavShortcut({ item }: { item: NavItem }) {
  const navigate = useNavigate();
  useShortcut(item.keys, item.label, () => void navigate({ to: item.to }), { group: 'Go to' });
  return null;
}
