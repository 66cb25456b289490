import { cx } from './cx';

/** The keys of a shortcut: `<KeyHint keys="g k" />`. */
export function KeyHint({ keys, className }: { keys: string; className?: string }) {
  return (
    <span className={cx('inline-flex gap-1', className)}>
      {keys.split(' ').map((key, at) => (
        <kbd
          key={at}
          className="inline-flex min-w-5 items-center justify-center rounded border border-line-strong px-1 font-mono text-[0.6875rem] leading-4"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
