import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { backdropClass } from './backdrop';
import { IconButton } from './button';
import { cx } from './cx';
import type { DrawerProps } from './drawer-props';

export function DrawerPopup({ open, onClose, title, description, actions, children, modal = true, wide }: DrawerProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()} modal={modal} disablePointerDismissal={!modal}>
      <Base.Portal>
        {modal && <Base.Backdrop className={backdropClass} />}
        <Base.Popup
          data-modal={modal || undefined}
          initialFocus={modal}
          className={cx(
            'fixed inset-y-0 right-0 z-40 flex w-full flex-col border-l border-line bg-surface shadow-raised outline-hidden transition-[translate,opacity]',
            'data-ending-style:translate-x-6 data-ending-style:opacity-0 data-starting-style:translate-x-6 data-starting-style:opacity-0',
            wide ? 'sm:w-[46rem]' : 'sm:w-[34rem]',
            'sm:max-w-[92vw]',
          )}
        >
          <header className="flex items-start justify-between gap-3 border-b border-line px-4 py-3">
            <div className="min-w-0">
              <Base.Title className="truncate text-base font-semibold">{title}</Base.Title>
              {description && <Base.Description className="text-xs text-muted">{description}</Base.Description>}
            </div>
            <div className="flex shrink-0 items-center gap-1.5">
              {actions}
              <Base.Close render={<IconButton label="Close panel" icon={X} size="sm" />} />
            </div>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
