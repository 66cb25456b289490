import { Link } from '@tanstack/react-router';
import { Webhook } from 'lucide-react';
import { useAbility, type OverviewEndpoint } from '../../api';
import {
  ButtonLink,
  Card,
  count,
  DataTable,
  EmptyState,
  EndpointBadge,
  linkClass,
  percent,
  RelativeTime,
  shortUrl,
  type Column,
} from '../../ui';

const COLUMNS: Column<OverviewEndpoint>[] = [
  {
    id: 'endpoint',
    header: 'Endpoint',
    is_cut_off: true,
    cell: ({ id, url }) => (
      <Link
        to="/webhooks/$endpointId"
        params={{ endpointId: id }}
        title={url}
        className={`${linkClass} block truncate`}
      >
        {shortUrl(url)}
      </Link>
    ),
  },
  { id: 'state', header: 'State', width: '9rem', cell: (endpoint) => <EndpointBadge {...endpoint} /> },
  {
    id: 'rate',
    header: 'Succeeded',
    width: '7rem',
    align: 'end',
    hide_below: 'sm',
    cell: ({ success_rate }) => (success_rate === null ? '–' : percent(success_rate)),
  },
  {
    id: 'failed',
    header: 'Failed',
    width: '6rem',
    align: 'end',
    hide_below: 'sm',
    cell: ({ failed }) => <span className={failed > 0 ? 'text-bad' : 'text-muted'}>{count(failed)}</span>,
  },
  {
    id: 'last',
    header: 'Last failure',
    hide_below: 'md',
    cell: ({ last_failure_at, last_error }) =>
      last_failure_at ? (
        <div className="min-w-0">
          <RelativeTime time={last_failure_at} />
          {last_error && <p className="truncate text-xs text-muted">{last_error.message}</p>}
        </div>
      ) : (
        <span className="text-muted">none</span>
      ),
  },
];

/** Those that fail come first: the server sorts them so. */
export function EndpointsCard({ endpoints }: { endpoints: OverviewEndpoint[] }) {
  const can_add = useAbility('webhooks:manage');
  return (
    <Card
      title="Endpoints"
      flush
      actions={
        endpoints.length > 0 && (
          <ButtonLink to="/webhooks" size="sm">
            All webhooks
          </ButtonLink>
        )
      }
    >
      {endpoints.length === 0 ? (
        <EmptyState
          icon={Webhook}
          title="No webhooks yet"
          action={
            can_add && (
              <ButtonLink to="/webhooks" search={{ add: '1' }}>
                Add a webhook
              </ButtonLink>
            )
          }
        >
          A webhook is an address of yours that hears of each event as it happens.
        </EmptyState>
      ) : (
        <DataTable label="Endpoints, failing ones first" columns={COLUMNS} rows={endpoints} rowKey={({ id }) => id} />
      )}
    </Card>
  );
}
