import { lazy, Suspense } from 'react';
import type { DialogProps } from './dialog-props';
import { useWasOpen } from './use-was-open';

const DialogPopup = lazy(() => import('./dialog-popup').then((module) => ({ default: module.DialogPopup })));

/** Traps focus while it is open and gives it back after. Its code is fetched when the first one opens. */
export function Dialog(props: DialogProps) {
  if (!useWasOpen(props.open)) return null;
  return (
    <Suspense>
      <DialogPopup {...props} />
    </Suspense>
  );
}
