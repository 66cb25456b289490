import { Meter } from '@base-ui/react/meter';
import type { ReactNode } from 'react';
import { useApiQuery, type UsageView } from '../../api';
import { Badge, Card, count, Countdown, cx, Facts, Loaded } from '../../ui';

const REFETCH_MS = 30_000;

export function UsageCard() {
  const usage = useApiQuery<UsageView>('/usage', { refetch_ms: REFETCH_MS });
  return (
    <Card title="Usage" actions={usage.data && <Badge tone="accent">Plan {usage.data.plan.name}</Badge>}>
      <Loaded query={usage} words="Reading your usage…" rows={2}>
        {(data) => <Usage usage={data} />}
      </Loaded>
    </Card>
  );
}

function Usage({ usage: { plan, used, counts } }: { usage: UsageView }) {
  return (
    <div className="grid gap-6 md:grid-cols-[2fr_1fr]">
      <div className="flex flex-col gap-4">
        <Limit
          label="API requests, this minute"
          used={used.minute}
          limit={plan.requests_per_minute}
          note={used.minute_resets_at && <Countdown to={used.minute_resets_at} when_over="now" />}
        />
        <Limit
          label="API requests, this day"
          used={used.day}
          limit={plan.requests_per_day}
          note={used.day_resets_at && <Countdown to={used.day_resets_at} when_over="now" />}
        />
        <p className="text-xs text-muted">
          Requests with any of your keys count; what you do on this page does not. Over the limit the API answers 429
          and says when to try again.
        </p>
      </div>
      <Facts
        className="content-start"
        items={[
          ['Webhooks', count(counts.webhooks)],
          ['API keys', count(counts.keys)],
          ['People', count(counts.people)],
          [
            'In the plan',
            plan.entitlements.length === 0 ? 'the API' : plan.entitlements.join(', ').replaceAll('_', ' '),
          ],
        ]}
      />
    </div>
  );
}

function Limit({ label, used, limit, note }: { label: string; used: number; limit: number; note: ReactNode }) {
  const share = limit === 0 ? 1 : used / limit;
  return (
    <Meter.Root
      value={Math.min(used, limit)}
      max={Math.max(1, limit)}
      getAriaValueText={() => `${count(used)} of ${count(limit)}`}
    >
      <div className="mb-1.5 flex flex-wrap justify-between gap-x-3 text-sm">
        <Meter.Label>{label}</Meter.Label>
        <span className="text-muted tabular-nums">
          <span className={cx('font-medium', share >= 0.9 ? 'text-bad' : 'text-ink')}>{count(used)}</span> of{' '}
          {count(limit)}
        </span>
      </div>
      <Meter.Track className="block h-2 overflow-hidden rounded-full bg-sunken">
        <Meter.Indicator
          className={cx(
            'block h-full rounded-full',
            share >= 0.9 ? 'bg-bad' : share >= 0.7 ? 'bg-warn' : 'bg-accent-strong',
          )}
        />
      </Meter.Track>
      {note && <p className="mt-1 text-xs text-muted">begins anew {note}</p>}
    </Meter.Root>
  );
}
