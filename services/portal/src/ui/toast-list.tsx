import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useEffect } from 'react';
import { IconButton } from './button';
import { cx } from './cx';
import type { ShownToast } from './shown-toast';

const manager = Base.createToastManager();

/** The manager forgets what it is given before its list is on the page. */
let is_ready = false;
const waiting: ShownToast[] = [];

export function present(toast: ShownToast): void {
  if (!is_ready) {
    waiting.push(toast);
    return;
  }
  const { id, type, title, description, timeout, action } = toast;
  manager.add({
    id,
    type,
    title,
    description,
    timeout,
    ...(action && { actionProps: { children: action.label, onClick: action.run } }),
  });
}

export function dismiss(id: string): void {
  manager.close(id);
}

const ICONS = { success: CircleCheck, error: CircleAlert, info: Info } as const;
const COLOURS = { success: 'text-good', error: 'text-bad', info: 'text-info' } as const;

function Toasts() {
  const { toasts } = Base.useToastManager();
  return toasts.map((each) => {
    const kind = (each.type ?? 'info') as keyof typeof ICONS;
    const Icon = ICONS[kind];
    return (
      <Base.Root
        key={each.id}
        toast={each}
        className="rounded-lg border border-line bg-surface shadow-raised transition-[opacity,translate] data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
      >
        <Base.Content className="flex items-start gap-2.5 p-3">
          <Icon aria-hidden className={cx('mt-0.5 size-4 shrink-0', COLOURS[kind])} />
          <div className="min-w-0 flex-1 text-sm break-words">
            <Base.Title className="font-medium" />
            <Base.Description className="text-muted" />
          </div>
          <Base.Action className="rounded px-1.5 text-sm font-medium text-accent hover:underline" />
          <Base.Close render={<IconButton label="Dismiss" icon={X} size="sm" className="-mt-1 -mr-1" />} />
        </Base.Content>
      </Base.Root>
    );
  });
}

export function ToastList() {
  useEffect(() => {
    is_ready = true;
    for (const toast of waiting.splice(0)) present(toast);
  }, []);
  return (
    <Base.Provider toastManager={manager} limit={4}>
      <Base.Portal>
        <Base.Viewport className="fixed right-3 bottom-3 left-3 z-60 flex flex-col gap-2 outline-hidden sm:left-auto sm:w-96">
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
