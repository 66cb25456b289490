import { useState } from 'react';

/** Whether it is open or has been: what never opened costs nothing, and what closes can still fade away. */
export function useWasOpen(open: boolean): boolean {
  const [was_open, setWasOpen] = useState(open);
  if (open && !was_open) setWasOpen(true);
  return open || was_open;
}
