import { Link } from '@tanstack/react-router';
import { useApiList, useApiQuery, type DeliveryView, type EventView } from '../../api';
import {
  Badge,
  ButtonLink,
  CopyButton,
  Drawer,
  Facts,
  JsonView,
  linkClass,
  Loaded,
  localTime,
  Mono,
  plural,
  RelativeTime,
  StatusBadge,
} from '../../ui';
import { useEndpointName } from '../webhooks/endpoint-name';

const MOST_SHOWN = 20;

/** An event: what it says, and where it went. */
export function EventPanel({ event_id, onClose }: { event_id: string; onClose(): void }) {
  const event = useApiQuery<EventView>(`/events/${event_id}`);
  return (
    <Drawer
      open
      onClose={onClose}
      modal={false}
      title={event.data ? <Mono>{event.data.event}</Mono> : 'Event'}
      description={event_id}
      actions={<CopyButton value={event_id} label="Copy event id" />}
    >
      <Loaded query={event} words="Loading the event…">
        {(loaded) => (
          <div className="flex flex-col gap-6">
            <Facts
              items={[
                [
                  'Happened',
                  <>
                    {localTime(loaded.created_at)} (<RelativeTime time={loaded.created_at} />)
                  </>,
                ],
                loaded.is_test && ['Test', <Badge key="test">An example, sent to test a webhook</Badge>],
              ]}
            />
            <Deliveries event_id={event_id} />
            <section className="flex min-w-0 flex-col gap-2">
              <h3 className="text-sm font-semibold">Data</h3>
              <JsonView value={loaded.data} label="Data of the event" max_height="32rem" />
            </section>
          </div>
        )}
      </Loaded>
    </Drawer>
  );
}

function Deliveries({ event_id }: { event_id: string }) {
  const deliveries = useApiList<DeliveryView>('/deliveries', { query: { event_id, per_page: MOST_SHOWN } });
  const nameOf = useEndpointName();
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-sm font-semibold">Deliveries</h3>
        <ButtonLink to="/deliveries" search={{ event_id }} size="sm">
          Open in the delivery log
        </ButtonLink>
      </div>
      <Loaded query={deliveries} words="Loading its deliveries…" rows={2}>
        {({ data, meta }) =>
          data.length === 0 ? (
            <p className="text-sm text-muted">No webhook was subscribed to it when it happened, so it went nowhere.</p>
          ) : (
            <>
              <ul className="rounded-lg border border-line">
                {data.map((delivery) => (
                  <DeliveryLine key={delivery.id} delivery={delivery} name={nameOf(delivery.endpoint_id)} />
                ))}
              </ul>
              {(meta.total ?? 0) > data.length && (
                <p className="text-xs text-muted">
                  And {plural((meta.total ?? 0) - data.length, 'more delivery', 'more deliveries')} in the log.
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function DeliveryLine({ delivery, name }: { delivery: DeliveryView; name: string }) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2 text-sm last:border-0">
      <StatusBadge status={delivery.status} retrying={delivery.attempt_count > 0} />
      <Link to="/deliveries" search={{ event_id: delivery.event_id, delivery: delivery.id }} className={linkClass}>
        <span className="break-all">{name}</span>
      </Link>
      <span className="text-xs text-muted">
        {plural(delivery.attempt_count, 'attempt')}
        {delivery.last_error !== null && delivery.status !== 'succeeded' && `, ${delivery.last_error.message}`}
      </span>
    </li>
  );
}
