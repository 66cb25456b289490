import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

export interface MenuAction {
  label: ReactNode;
  icon?: LucideIcon;
  onSelect(): void;
  danger?: boolean;
  disabled?: boolean;
  /** Under the label: why it is disabled, or what it does. */
  hint?: string;
}

export interface MenuProps {
  /** A button that hands on what it is given: Button or IconButton. */
  trigger: ReactElement;
  items: readonly (MenuAction | 'line' | false | null | undefined)[];
  /** What it is a menu of: "Actions of key Shop". */
  label?: string;
}
