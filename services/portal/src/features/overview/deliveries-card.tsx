import { Activity } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { OverviewView } from '../../api';
import { ButtonLink, Card, cx, EmptyState, Loading } from '../../ui';

/** The chart library is larger than the rest of the screen; the figures do not wait for it. */
const DeliveriesChart = lazy(() =>
  import('./deliveries-chart').then((module) => ({ default: module.DeliveriesChart })),
);

const LEGEND = [
  { label: 'Succeeded', colour: 'bg-good-fill' },
  { label: 'Failed for good', colour: 'bg-bad-fill' },
  { label: 'Pending', colour: 'bg-info-fill' },
];

export function DeliveriesCard({ overview, is_old }: { overview: OverviewView; is_old: boolean }) {
  return (
    <Card
      title="Deliveries"
      actions={
        <ul className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted">
          {LEGEND.map(({ label, colour }) => (
            <li key={label} className="flex items-center gap-1.5">
              <span aria-hidden className={cx('size-2.5 rounded-xs', colour)} />
              {label}
            </li>
          ))}
        </ul>
      }
    >
      {overview.totals.deliveries === 0 ? (
        <EmptyState
          icon={Activity}
          title="No deliveries in this time"
          action={<ButtonLink to="/events">Send a test event</ButtonLink>}
        >
          Each event that a webhook is subscribed to shows here as a delivery.
        </EmptyState>
      ) : (
        <div className={cx('h-60 transition-opacity', is_old && 'opacity-50')}>
          <Suspense fallback={<Loading words="Drawing the chart…" rows={3} />}>
            <DeliveriesChart overview={overview} />
          </Suspense>
        </div>
      )}
    </Card>
  );
}
