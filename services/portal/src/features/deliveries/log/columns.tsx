import { Countdown, duration, Mono, RelativeTime, StatusBadge, StatusCode, type Column } from '../../../ui';
import type { DeliveryView } from '../../../api';
import type { EndpointName } from '../../webhooks/endpoint-name';
import { cancelWords, errorWords } from '../error-words';

export function columnsOf(nameOf: EndpointName, { has_endpoint }: { has_endpoint: boolean }): Column<DeliveryView>[] {
  return [
    { id: 'status', header: 'Status', width: '11rem', cell: (delivery) => <Status delivery={delivery} /> },
    {
      id: 'event',
      header: 'Event',
      width: '5',
      cell: (delivery) => (
        <span className="flex min-w-0 flex-col">
          <span className="truncate font-medium">{delivery.event}</span>
          <span className="truncate text-xs text-muted md:hidden">
            <span className="sm:hidden">
              <RelativeTime time={delivery.created_at} />
              {' · '}
            </span>
            {has_endpoint ? nameOf(delivery.endpoint_id) : <Answer delivery={delivery} />}
          </span>
        </span>
      ),
    },
    ...(has_endpoint ? [endpointColumn(nameOf)] : []),
    {
      id: 'answer',
      header: 'Answer',
      width: '4',
      hide_below: 'md',
      cell: (delivery) => <Answer delivery={delivery} />,
    },
    {
      id: 'next',
      header: 'Took / next',
      width: '7.5rem',
      hide_below: 'xl',
      cell: (delivery) => <Next delivery={delivery} />,
    },
    {
      id: 'created',
      header: 'Created',
      width: '9rem',
      align: 'end',
      hide_below: 'sm',
      cell: ({ created_at }) => <RelativeTime time={created_at} className="text-muted" />,
    },
  ];
}

function endpointColumn(nameOf: EndpointName): Column<DeliveryView> {
  return {
    id: 'endpoint',
    header: 'Endpoint',
    width: '6',
    hide_below: 'md',
    cell: ({ endpoint_id }) => <Mono className="text-muted">{nameOf(endpoint_id)}</Mono>,
  };
}

function Status({ delivery: { status, attempt_count } }: { delivery: DeliveryView }) {
  return (
    <span className="flex items-center gap-2">
      <StatusBadge status={status} retrying={attempt_count > 0} />
      {attempt_count > 1 && (
        <span className="text-xs text-muted tabular-nums" title={`${attempt_count} attempts`}>
          ×{attempt_count}
          <span className="sr-only"> attempts</span>
        </span>
      )}
    </span>
  );
}

/** What the receiver said at the last attempt, or why there is no answer. */
function Answer({ delivery }: { delivery: DeliveryView }) {
  const { status, cancel_reason, last_status_code, last_error, attempt_count } = delivery;
  if (status === 'cancelled') return <span className="text-muted">{cancelWords(cancel_reason)}</span>;
  if (attempt_count === 0) return <span className="text-muted">not sent yet</span>;
  return (
    <span>
      {last_status_code !== null && <StatusCode code={last_status_code} />}
      {last_status_code !== null && last_error && ' '}
      {last_error && <span className="text-muted">{errorWords(last_error, last_status_code).short}</span>}
    </span>
  );
}

function Next({ delivery: { status, next_attempt_at, created_at, completed_at } }: { delivery: DeliveryView }) {
  if (status === 'pending' && next_attempt_at)
    return <Countdown to={next_attempt_at} when_over="any moment" className="tabular-nums" />;
  if (!completed_at) return null;
  const took_ms = Math.max(new Date(completed_at).getTime() - new Date(created_at).getTime(), 0);
  return (
    <span className="text-muted tabular-nums" title="From the event to the end of its last attempt">
      {duration(took_ms)}
    </span>
  );
}

export function rowLabel(nameOf: EndpointName) {
  return ({ event, endpoint_id, status, attempt_count }: DeliveryView): string =>
    `${event} to ${nameOf(endpoint_id)}, ${status === 'dead' ? 'failed for good' : status}, ${attempt_count} attempts`;
}
