import { cloneElement, useState, type ComponentType, type ReactElement } from 'react';
import type { MenuProps } from './menu-props';
import { toast } from './toast';

/**
 * `<Menu trigger={<IconButton label="More" icon={Ellipsis} />} items={[{ label: 'Delete', danger: true, onSelect }]} />`
 * A list has one in each row; the code that opens them is fetched when the first one is.
 */
export function Menu(props: MenuProps) {
  const [Loaded, setLoaded] = useState<ComponentType<MenuProps> | null>(null);
  if (Loaded) return <Loaded {...props} />;
  const trigger = props.trigger as ReactElement<{ onClick(): void; 'aria-haspopup': 'menu' }>;
  const open = () =>
    void import('./menu-popup').then(
      (module) => setLoaded(() => module.MenuPopup),
      (error: unknown) => toast.error('The menu could not be loaded', error),
    );
  return cloneElement(trigger, { onClick: open, 'aria-haspopup': 'menu' });
}
