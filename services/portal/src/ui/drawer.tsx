import { lazy, Suspense } from 'react';
import type { DrawerProps } from './drawer-props';
import { useWasOpen } from './use-was-open';

const DrawerPopup = lazy(() => import('./drawer-popup').then((module) => ({ default: module.DrawerPopup })));

/** A panel from the right; the whole width of a phone. Escape closes it and focus goes back to where it came from. */
export function Drawer(props: DrawerProps) {
  if (!useWasOpen(props.open)) return null;
  return (
    <Suspense>
      <DrawerPopup {...props} />
    </Suspense>
  );
}
