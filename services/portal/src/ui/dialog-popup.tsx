import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { backdropClass } from './backdrop';
import { IconButton } from './button';
import { cx } from './cx';
import type { DialogProps } from './dialog-props';

const WIDTHS = { sm: 'sm:max-w-md', md: 'sm:max-w-lg', lg: 'sm:max-w-3xl' };

export function DialogPopup({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  size = 'md',
  must_answer,
  initialFocus,
}: DialogProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(next, details) => {
        if (next) return;
        if (must_answer && details.reason !== 'close-press') return details.cancel();
        onClose();
      }}
      disablePointerDismissal={must_answer}
    >
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Viewport className="fixed inset-0 z-40 grid items-end overflow-y-auto p-3 sm:items-start sm:pt-[10vh]">
          <Base.Popup
            data-modal
            initialFocus={initialFocus}
            className={cx(
              'relative mx-auto flex max-h-[calc(100dvh-1.5rem)] w-full flex-col rounded-xl border border-line bg-surface shadow-raised outline-hidden transition-[opacity,translate] sm:max-h-[80vh]',
              'data-ending-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
              WIDTHS[size],
            )}
          >
            <header className="flex items-start justify-between gap-3 px-5 pt-4">
              <div className="min-w-0">
                <Base.Title className="text-base font-semibold">{title}</Base.Title>
                {description && <Base.Description className="mt-1 text-sm text-muted">{description}</Base.Description>}
              </div>
              {!must_answer && (
                <Base.Close render={<IconButton label="Close" icon={X} size="sm" className="-mr-1.5" />} />
              )}
            </header>
            <div className="min-h-0 overflow-y-auto px-5 py-4">{children}</div>
            {footer && (
              <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
