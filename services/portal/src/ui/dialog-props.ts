import type { ReactNode, RefObject } from 'react';

export interface DialogProps {
  open: boolean;
  /** Asked for by Escape, the cross, or a click beside it. */
  onClose(): void;
  title: ReactNode;
  description?: ReactNode;
  children?: ReactNode;
  /** The buttons, at the end. */
  footer?: ReactNode;
  size?: 'sm' | 'md' | 'lg';
  /** No Escape, no cross: it is left through its buttons only. */
  must_answer?: boolean;
  initialFocus?: RefObject<HTMLElement | null>;
}
