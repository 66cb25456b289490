import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { backdropClass, IconButton } from '../../ui';

/** A panel from the left that traps the focus while it is open. */
export function MobileNav({ open, onClose, children }: { open: boolean; onClose(): void; children: ReactNode }) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdropClass} />
        <Base.Popup
          data-modal
          className="fixed inset-y-0 left-0 z-40 flex w-72 max-w-[85vw] flex-col border-r border-line bg-surface p-3 shadow-raised outline-hidden transition-[translate,opacity] data-ending-style:-translate-x-6 data-ending-style:opacity-0 data-starting-style:-translate-x-6 data-starting-style:opacity-0"
        >
          <div className="mb-2 flex items-center justify-between">
            <Base.Title className="px-2.5 text-sm font-semibold">API & Integrations</Base.Title>
            <Base.Close render={<IconButton label="Close navigation" icon={X} size="sm" />} />
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
