import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement } from 'react';
import { cx } from './cx';
import type { MenuAction, MenuProps } from './menu-props';

/** Open from the start: it comes with the first press of its button. */
export function MenuPopup({ trigger, items, label }: MenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align="end" className="z-50 outline-hidden">
          <Base.Popup
            aria-label={label}
            className="max-h-(--available-height) max-w-80 min-w-48 overflow-y-auto rounded-md border border-line bg-surface p-1 shadow-raised outline-hidden transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
          >
            {items.map((item, at) =>
              item === 'line' ? (
                <Base.Separator key={at} className="my-1 h-px bg-line" />
              ) : (
                item && <Item key={at} {...item} />
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Item({ label, icon: Icon, onSelect, danger, disabled, hint }: MenuAction) {
  return (
    <Base.Item
      onClick={onSelect}
      disabled={disabled}
      className={cx(
        'flex cursor-default items-center gap-2.5 rounded px-2 py-1.5 text-sm outline-hidden select-none data-disabled:opacity-55 data-highlighted:bg-sunken',
        danger && 'text-bad',
      )}
    >
      {Icon && <Icon aria-hidden className="size-4 shrink-0" />}
      <span className="min-w-0">
        <span className="block truncate">{label}</span>
        {hint && <span className="block text-xs text-muted">{hint}</span>}
      </span>
    </Base.Item>
  );
}
