import type { ReactNode } from 'react';

export interface DrawerProps {
  open: boolean;
  onClose(): void;
  title: ReactNode;
  description?: ReactNode;
  /** Beside the title: buttons for the whole thing. */
  actions?: ReactNode;
  children: ReactNode;
  /** false: what is behind it stays usable (a list one walks through with j and k). Default true. */
  modal?: boolean;
  wide?: boolean;
}
