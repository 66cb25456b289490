import type { ReactNode } from 'react';
import type { OverviewView } from '../../api';
import { cx, duration, percent, plural, shortCount } from '../../ui';

export function Figures({ overview }: { overview: OverviewView }) {
  const { totals, success_rate, p95_ms } = overview;
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line lg:grid-cols-4">
      <Figure label="Deliveries" note={plural(totals.attempts, 'attempt')}>
        {shortCount(totals.deliveries)}
      </Figure>
      <Figure
        label="Success rate"
        note={success_rate === null ? 'nothing has ended yet' : `${shortCount(totals.succeeded)} succeeded`}
        tone={
          success_rate === null ? undefined : success_rate < 0.95 ? 'bad' : success_rate >= 0.99 ? 'good' : undefined
        }
      >
        {success_rate === null ? '–' : percent(success_rate)}
      </Figure>
      <Figure
        label="Failed for good"
        note={totals.pending === 0 ? 'nothing waits' : `${shortCount(totals.pending)} pending`}
        tone={totals.failed > 0 ? 'bad' : undefined}
      >
        {shortCount(totals.failed)}
      </Figure>
      <Figure label="Answer time, p95" note="95 % are faster">
        {p95_ms === null ? '–' : duration(p95_ms)}
      </Figure>
    </dl>
  );
}

interface FigureProps {
  label: string;
  note: string;
  tone?: 'good' | 'bad';
  children: ReactNode;
}

function Figure({ label, note, tone, children }: FigureProps) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 bg-surface px-4 py-3">
      <dt className="truncate text-xs text-muted">{label}</dt>
      <dd
        className={cx(
          'text-2xl font-semibold tracking-tight tabular-nums',
          tone === 'good' && 'text-good',
          tone === 'bad' && 'text-bad',
        )}
      >
        {children}
      </dd>
      <dd className="truncate text-xs text-muted">{note}</dd>
    </div>
  );
}
