import { Link } from '@tanstack/react-router';
import { CirclePause, CirclePlay, Ellipsis, Pencil, Send, Trash2 } from 'lucide-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useAbility, type EndpointHealth, type EndpointView } from '../../api';
import {
  DataTable,
  EndpointBadge,
  IconButton,
  linkClass,
  Menu,
  percent,
  RelativeTime,
  shortUrl,
  Sparkline,
  StatusBadge,
  type Column,
} from '../../ui';
import { EventChips } from './event-chips';
import { whyDisabled } from './endpoint-words';
import type { Asked } from './switch-dialogs';
import { useEnable } from './use-enable';

interface EndpointTableProps {
  endpoints: readonly EndpointView[];
  /** undefined: not here yet. */
  health: readonly EndpointHealth[] | undefined;
  onAsk(asked: Asked): void;
}

export function EndpointTable({ endpoints, health, onAsk }: EndpointTableProps) {
  const may_manage = useAbility('webhooks:manage');
  const columns = useMemo<Column<EndpointView>[]>(() => {
    const health_of = new Map(health?.map((each) => [each.endpoint_id, each]));
    return [
      {
        id: 'url',
        header: 'Address',
        is_cut_off: true,
        cell: (endpoint) => <Address endpoint={endpoint} health={health_of.get(endpoint.id)} />,
      },
      {
        id: 'events',
        header: 'Events',
        hide_below: 'lg',
        cell: ({ event_types }) => <EventChips patterns={event_types} most={2} />,
      },
      {
        id: 'day',
        header: 'Last 24 hours',
        hide_below: 'sm',
        cell: ({ id }) => <Day health={health_of.get(id)} is_loading={health === undefined} />,
      },
      {
        id: 'last',
        header: 'Last delivery',
        hide_below: 'md',
        cell: ({ id }) => <LastDelivery health={health_of.get(id)} is_loading={health === undefined} />,
      },
      {
        id: 'actions',
        header: 'Actions',
        hide_header: true,
        width: '3rem',
        align: 'end',
        cell: (endpoint) => <Actions endpoint={endpoint} may_manage={may_manage} onAsk={onAsk} />,
      },
    ];
  }, [health, may_manage, onAsk]);
  return (
    <DataTable
      label="Webhooks"
      columns={columns}
      rows={endpoints}
      rowKey={({ id }) => id}
      isMuted={({ enabled }) => !enabled}
    />
  );
}

function Address({ endpoint, health }: { endpoint: EndpointView; health: EndpointHealth | undefined }) {
  const { id, url, description, enabled, disabled_reason, disabled_at, event_types } = endpoint;
  return (
    <div className="flex min-w-0 flex-col items-start gap-1">
      <Link
        to="/webhooks/$endpointId"
        params={{ endpointId: id }}
        search={{}}
        title={url}
        className={`${linkClass} max-w-full truncate font-mono text-[0.8125rem]`}
      >
        {shortUrl(url)}
      </Link>
      {description !== '' && <span className="text-xs break-words text-muted">{description}</span>}
      <span className="lg:hidden">
        <EventChips patterns={event_types} most={1} />
      </span>
      <EndpointBadge enabled={enabled} disabled_reason={disabled_reason} success_rate={health?.success_rate} />
      {!enabled && (
        <span className="text-xs whitespace-normal text-muted">
          {whyDisabled(endpoint).title} <RelativeTime time={disabled_at} />
        </span>
      )}
    </div>
  );
}

function Day({ health, is_loading }: { health: EndpointHealth | undefined; is_loading: boolean }) {
  if (!health) return <span className="text-xs text-muted">{is_loading ? 'Loading…' : 'no figures'}</span>;
  return (
    <span className="flex items-center gap-2.5">
      <Sparkline points={health.hours} label="Deliveries of the last 24 hours" />
      <span className="text-xs whitespace-nowrap text-muted">
        {health.success_rate === null ? 'none ended' : `${percent(health.success_rate)} arrived`}
      </span>
    </span>
  );
}

function LastDelivery({ health, is_loading }: { health: EndpointHealth | undefined; is_loading: boolean }) {
  if (!health) return <span className="text-xs text-muted">{is_loading ? 'Loading…' : 'no figures'}</span>;
  if (!health.last_delivery) return <span className="text-xs text-muted">none so far</span>;
  const { id, status, at } = health.last_delivery;
  return (
    <Link
      to="/deliveries"
      search={{ endpoint_id: health.endpoint_id, delivery: id }}
      className="inline-flex flex-wrap items-center gap-x-2 gap-y-1 rounded text-xs text-muted hover:text-ink"
    >
      <StatusBadge status={status} />
      <span className="underline decoration-line-strong underline-offset-3">
        <RelativeTime time={at} />
      </span>
    </Link>
  );
}

function Actions({
  endpoint,
  may_manage,
  onAsk,
}: {
  endpoint: EndpointView;
  may_manage: boolean;
  onAsk(asked: Asked): void;
}) {
  const navigate = useNavigate();
  const enable = useEnable();
  const go = (search: { edit?: string }) =>
    void navigate({ to: '/webhooks/$endpointId', params: { endpointId: endpoint.id }, search });
  if (!may_manage) return null;
  return (
    <Menu
      label={`Actions for ${shortUrl(endpoint.url)}`}
      trigger={<IconButton label={`Actions for ${shortUrl(endpoint.url)}`} icon={Ellipsis} size="sm" />}
      items={[
        { label: 'Edit…', icon: Pencil, onSelect: () => go({ edit: '1' }) },
        {
          label: 'Send a test',
          icon: Send,
          disabled: !endpoint.enabled,
          hint: endpoint.enabled ? undefined : 'Enable it first.',
          onSelect: () => go({}),
        },
        endpoint.enabled
          ? { label: 'Disable…', icon: CirclePause, onSelect: () => onAsk({ kind: 'disable', endpoint }) }
          : { label: 'Enable', icon: CirclePlay, onSelect: () => enable.mutate(endpoint) },
        'line',
        { label: 'Delete…', icon: Trash2, danger: true, onSelect: () => onAsk({ kind: 'delete', endpoint }) },
      ]}
    />
  );
}
