import { Link } from '@tanstack/react-router';
import { Plus, Webhook } from 'lucide-react';
import { useApiList, type All, type EndpointHealth, type EndpointView } from '../../api';
import { Button, Card, count, EmptyState, FilterBar, FilterSearch, FirstOf, linkClass, plural } from '../../ui';
import { EndpointTable } from './endpoint-table';
import { foundEndpoints } from './endpoint-words';
import type { Asked } from './switch-dialogs';

interface EndpointListProps {
  all: All<EndpointView>;
  find: string | undefined;
  onFind(find: string | undefined): void;
  onAsk(asked: Asked): void;
  onAdd: (() => void) | undefined;
}

const HEALTH_REFETCH_MS = 10_000;
/** Fewer are seen at a glance. */
const MANY = 6;

export function EndpointList({ all: { rows: endpoints, total }, find, onFind, onAsk, onAdd }: EndpointListProps) {
  const health = useApiList<EndpointHealth>('/webhooks/health', {
    enabled: endpoints.length > 0,
    refetch_ms: HEALTH_REFETCH_MS,
  });
  const found = foundEndpoints(endpoints, find);
  if (endpoints.length === 0) return <NoWebhooks onAdd={onAdd} />;
  return (
    <>
      {(endpoints.length >= MANY || find !== undefined) && (
        <FilterBar onClear={find !== undefined && (() => onFind(undefined))}>
          <FilterSearch
            label="Search webhooks"
            placeholder="Address, description or event"
            value={find}
            onChange={onFind}
          />
        </FilterBar>
      )}
      {found.length === 0 ? (
        <Card>
          <EmptyState
            title="No webhook fits"
            action={<Button onClick={() => onFind(undefined)}>Clear the search</Button>}
          >
            None of the {plural(endpoints.length, 'webhook')} has these words in its address, description or events.
          </EmptyState>
        </Card>
      ) : (
        <Card flush>
          <FirstOf rows={found} what="webhook">
            {(shown) => <EndpointTable endpoints={shown} health={health.data?.data} onAsk={onAsk} />}
          </FirstOf>
        </Card>
      )}
      {health.error && (
        <p className="text-xs text-muted">
          The figures of the last 24 hours could not be loaded: {health.error.message} They are asked for again in a
          moment.
        </p>
      )}
      {total > endpoints.length && (
        <p className="text-xs text-muted">
          These are the first {count(endpoints.length)} of {plural(total, 'webhook')}; the API lists them all.
        </p>
      )}
    </>
  );
}

function NoWebhooks({ onAdd }: { onAdd: (() => void) | undefined }) {
  return (
    <Card>
      <EmptyState
        icon={Webhook}
        title="No webhooks yet"
        action={
          onAdd && (
            <Button tone="primary" icon={Plus} onClick={onAdd}>
              Add your first webhook
            </Button>
          )
        }
      >
        A webhook tells your server within a moment that an appointment was booked or a call was missed. You need an
        address that is reachable from the internet; a test shows at once whether it answers.{' '}
        <Link to="/docs" search={{ topic: 'webhooks' }} className={linkClass}>
          How to receive webhooks
        </Link>
      </EmptyState>
    </Card>
  );
}
