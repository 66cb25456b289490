import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { OverviewBucket, OverviewView } from '../../api';
import { count, localTime, shortCount } from '../../ui';
import { bucketLabel, chartSummary } from './chart-words';

const SERIES = [
  { key: 'succeeded', label: 'Succeeded', colour: 'var(--good-fill)' },
  { key: 'failed', label: 'Failed for good', colour: 'var(--bad-fill)' },
  { key: 'pending', label: 'Pending', colour: 'var(--info-fill)' },
] as const;

const AXIS = { stroke: 'var(--muted)', fontSize: 11, tickLine: false, axisLine: false } as const;

export function DeliveriesChart({ overview }: { overview: OverviewView }) {
  const { buckets, range } = overview;
  // The chart is drawn again a moment after its room has changed: until then it must not widen the page.
  return (
    <figure role="img" aria-label={chartSummary(overview)} className="h-full overflow-hidden">
      <ResponsiveContainer width="100%" height="100%" debounce={50}>
        <BarChart data={buckets} margin={{ top: 4, right: 0, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            {...AXIS}
            dataKey="at"
            tickFormatter={(at: string) => bucketLabel(at, range)}
            minTickGap={36}
            tickMargin={6}
          />
          <YAxis {...AXIS} width={40} allowDecimals={false} tickFormatter={(value: number) => shortCount(value)} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--sunken)' }}
            content={({ active, payload }) => {
              const bucket = payload[0]?.payload as OverviewBucket | undefined;
              return active && bucket ? <BucketCard bucket={bucket} /> : null;
            }}
          />
          {SERIES.map(({ key, colour }) => (
            <Bar key={key} dataKey={key} stackId="all" fill={colour} isAnimationActive={false} maxBarSize={28} />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </figure>
  );
}

function BucketCard({ bucket }: { bucket: OverviewBucket }) {
  return (
    <div className="rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-raised">
      <p className="mb-1 font-medium">from {localTime(bucket.at)}</p>
      {SERIES.map(({ key, label, colour }) => (
        <p key={key} className="flex items-center justify-between gap-6">
          <span className="flex items-center gap-1.5">
            <span aria-hidden className="size-2 rounded-xs" style={{ background: colour }} />
            {label}
          </span>
          <span className="tabular-nums">{count(bucket[key])}</span>
        </p>
      ))}
    </div>
  );
}
