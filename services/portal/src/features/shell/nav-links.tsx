import { Link } from '@tanstack/react-router';
import { cx } from '../../ui';
import type { NavItem } from './nav';

interface NavLinksProps {
  items: readonly NavItem[];
  /** Beside each other, for a page inside a page. */
  is_row?: boolean;
  onFollow?(): void;
}

export function NavLinks({ items, is_row, onFollow }: NavLinksProps) {
  return (
    <nav aria-label="API & Integrations">
      <ul className={cx('flex gap-0.5', is_row ? 'overflow-x-auto' : 'flex-col')}>
        {items.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <Link
              to={to}
              onClick={onFollow}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium whitespace-nowrap text-muted hover:bg-sunken hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:text-accent"
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
