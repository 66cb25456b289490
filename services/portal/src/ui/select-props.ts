import type { ReactNode } from 'react';

export interface Option<V extends string> {
  value: V;
  label: string;
  /** Shown below a field while this option is chosen. */
  hint?: string;
}

export interface SelectProps<V extends string> {
  value: V;
  onChange(value: V): void;
  options: readonly Option<V>[];
  /** Read out where no visible label belongs to it. */
  label?: string;
  /** The first option, for a value that is none of them yet. */
  placeholder?: string;
  disabled?: boolean;
  size?: 'sm' | 'md';
  className?: string;
  /** In front of the value, inside: "Mode". */
  prefix?: ReactNode;
}
