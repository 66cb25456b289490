import type { ReactNode } from 'react';
import { cx } from './cx';

/** A screen's own heading. The shell names the document after `title`. */
export function PageHeader({
  title,
  description,
  actions,
  children,
}: {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <header className="mb-5 flex flex-col gap-4">
      <title>{`${title} · API & Integrations`}</title>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight break-words">{title}</h1>
          {description && <p className="mt-1 max-w-2xl text-sm text-muted">{description}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </header>
  );
}

export function Card({
  title,
  actions,
  children,
  className,
  flush,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  /** No padding: for a table. */ flush?: boolean;
}) {
  return (
    <section className={cx('min-w-0 rounded-xl border border-line bg-surface', className)}>
      {(title || actions) && (
        <header className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
          <h2 className="text-sm font-semibold">{title}</h2>
          {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? 'min-w-0' : 'min-w-0 p-4'}>{children}</div>
    </section>
  );
}

/** Names and values below each other; beside each other where there is room. */
export function Facts({
  items,
  className,
}: {
  items: (readonly [ReactNode, ReactNode] | false | null | undefined)[];
  className?: string;
}) {
  return (
    <dl className={cx('grid grid-cols-[minmax(6.5rem,auto)_1fr] gap-x-4 gap-y-2 text-sm', className)}>
      {items.map(
        (item, at) =>
          item && (
            <div key={at} className="contents">
              <dt className="text-muted">{item[0]}</dt>
              <dd className="min-w-0 break-words">{item[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

const NOTICE = {
  info: 'bg-info-soft text-info',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  good: 'bg-good-soft text-good',
};

/** A sentence that belongs to the screen: why something is switched off, what to do next. */
export function Notice({
  tone = 'info',
  children,
  action,
}: {
  tone?: keyof typeof NOTICE;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div
      className={cx('flex flex-wrap items-center justify-between gap-3 rounded-lg px-3.5 py-2.5 text-sm', NOTICE[tone])}
    >
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}

/** An id, a URL or another thing one reads letter by letter. Cut off at the end where it is too long. */
export function Mono({ children, wrap, className }: { children: ReactNode; wrap?: boolean; className?: string }) {
  return (
    <span className={cx('font-mono text-[0.8125rem]', wrap ? 'break-all' : 'truncate', className)}>{children}</span>
  );
}
