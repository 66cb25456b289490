import { Menu as MenuIcon } from 'lucide-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { IconButton, useWasOpen } from '../../ui';

const MobileNav = lazy(() => import('./mobile-nav').then((module) => ({ default: module.MobileNav })));

interface MobileBarProps {
  title: ReactNode;
  children: (close: () => void) => ReactNode;
}

/** On narrow screens the navigation is behind a button; it closes when one has gone somewhere. */
export function MobileBar({ title, children }: MobileBarProps) {
  const [is_open, setOpen] = useState(false);
  const was_open = useWasOpen(is_open);
  return (
    <header className="flex h-12 items-center justify-between gap-3 border-b border-line bg-surface px-3 lg:hidden">
      <div className="min-w-0 flex-1">{title}</div>
      <IconButton label="Open navigation" icon={MenuIcon} aria-expanded={is_open} onClick={() => setOpen(true)} />
      {was_open && (
        <Suspense>
          <MobileNav open={is_open} onClose={() => setOpen(false)}>
            {children(() => setOpen(false))}
          </MobileNav>
        </Suspense>
      )}
    </header>
  );
}
