import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import { scopedKey, useApiList, useLive, useScope, type DeliveryView, type Page } from '../../api';
import {
  Badge,
  ButtonLink,
  Card,
  Countdown,
  DataTable,
  EmptyState,
  linkClass,
  Loaded,
  RelativeTime,
  StatusBadge,
  StatusCode,
  type Column,
} from '../../ui';
import { errorWords } from '../deliveries/error-words';
import { withNews } from './recent';

const MOST = 10;

/** The last ten, as they come; each opens in the delivery log. */
export function RecentDeliveries({ endpoint_id }: { endpoint_id: string }) {
  const scope = useScope();
  const client = useQueryClient();
  const query = { endpoint_id, per_page: MOST };
  const recent = useApiList<DeliveryView>('/deliveries', { query });
  const live = useLive(
    { endpoint_id },
    {
      onDeliveries: (news) =>
        client.setQueryData<Page<DeliveryView>>(
          scopedKey(scope, '/deliveries', { ...query, '': 'list' }),
          (page) => page && { ...page, data: withNews(page.data, news, MOST) },
        ),
      onResync: () => void recent.refetch(),
    },
  );
  return (
    <Card
      title="Recent deliveries"
      flush
      actions={
        <>
          {live === 'live' && (
            <Badge tone="good" icon={Radio}>
              Live
            </Badge>
          )}
          {(live === 'offline' || live === 'reconnecting') && <Badge tone="warn">Reconnecting…</Badge>}
          <ButtonLink size="sm" to="/deliveries" search={{ endpoint_id }}>
            See all
          </ButtonLink>
        </>
      }
    >
      <Loaded query={recent} words="Loading the newest deliveries…">
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState title="Nothing was sent yet" className="py-8">
              Deliveries appear here by themselves as events happen. A test is one, too.
            </EmptyState>
          ) : (
            <DataTable
              label="Recent deliveries"
              columns={columnsFor(endpoint_id)}
              rows={data}
              rowKey={({ id }) => id}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

function columnsFor(endpoint_id: string): Column<DeliveryView>[] {
  return [
    {
      id: 'event',
      header: 'Event',
      cell: ({ id, event, trigger }) => (
        <span className="flex flex-wrap items-center gap-x-2">
          <Link to="/deliveries" search={{ endpoint_id, delivery: id }} className={linkClass}>
            <span className="font-mono text-[0.8125rem] break-all">{event}</span>
          </Link>
          {trigger !== 'automatic' && <span className="text-xs text-muted">{trigger}</span>}
        </span>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      cell: ({ status, attempt_count }) => <StatusBadge status={status} retrying={attempt_count > 0} />,
    },
    { id: 'answer', header: 'Answer', hide_below: 'sm', cell: (delivery) => <Answer delivery={delivery} /> },
    {
      id: 'when',
      header: 'When',
      align: 'end',
      cell: ({ created_at }) => <RelativeTime time={created_at} className="text-xs whitespace-nowrap text-muted" />,
    },
  ];
}

function Answer({ delivery }: { delivery: DeliveryView }) {
  const { last_status_code, last_error, status, next_attempt_at, attempt_count } = delivery;
  if (attempt_count === 0) return <span className="text-xs text-muted">not tried yet</span>;
  return (
    <span className="flex flex-wrap items-center gap-x-2 text-xs">
      {last_status_code !== null && <StatusCode code={last_status_code} />}
      {last_error && <span>{errorWords(last_error, last_status_code).short}</span>}
      {status === 'pending' && next_attempt_at && (
        <span className="text-muted">
          next attempt <Countdown to={next_attempt_at} />
        </span>
      )}
    </span>
  );
}
