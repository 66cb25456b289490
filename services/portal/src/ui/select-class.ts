import { cx } from './cx';

/** What the browser's own list and the one that is searched have in common while they are closed. */
export function selectClass(size: 'sm' | 'md'): string {
  return cx(
    'inline-flex min-w-0 items-center rounded-md border border-line-strong bg-surface hover:bg-sunken',
    size === 'sm' ? 'h-8 text-[0.8125rem]' : 'h-9 text-sm',
  );
}
