import { OVERVIEW_RANGES, useApiQuery, type OverviewRange, type OverviewView } from '../../api';
import { Card, ErrorState, InlineError, Loading, PageHeader, Segmented, useSearchState } from '../../ui';
import { DeliveriesCard } from './deliveries-card';
import { EndpointsCard } from './endpoints-card';
import { Figures } from './figures';
import { FirstSteps } from './first-steps';
import type { OverviewSearch } from './search';
import { UsageCard } from './usage-card';

const RANGE_LABELS: Record<OverviewRange, string> = { '1h': '1 h', '24h': '24 h', '7d': '7 d', '30d': '30 d' };
const REFETCH_MS = 15_000;

export function OverviewScreen() {
  const [{ range = '24h' }, setSearch] = useSearchState<OverviewSearch>();
  const overview = useApiQuery<OverviewView>('/overview', {
    query: { range },
    refetch_ms: REFETCH_MS,
    keep_previous: true,
  });
  return (
    <>
      <PageHeader
        title="Overview"
        description="How your webhooks are doing."
        actions={
          <Segmented
            label="Span of time"
            value={range}
            onChange={(next) => setSearch({ range: next })}
            options={OVERVIEW_RANGES.map((each) => ({ value: each, label: RANGE_LABELS[each] }))}
          />
        }
      />
      <div className="flex flex-col gap-5">
        <FirstSteps />
        {overview.data ? (
          <>
            {overview.error && <InlineError error={overview.error} retry={() => overview.refetch()} />}
            <Figures overview={overview.data} />
            <DeliveriesCard overview={overview.data} is_old={overview.isPlaceholderData} />
            <EndpointsCard endpoints={overview.data.endpoints} />
          </>
        ) : (
          <Card title="Deliveries">
            {overview.error ? (
              <ErrorState error={overview.error} retry={() => overview.refetch()} />
            ) : (
              <Loading words="Adding up your deliveries…" rows={5} />
            )}
          </Card>
        )}
        <UsageCard />
      </div>
    </>
  );
}
