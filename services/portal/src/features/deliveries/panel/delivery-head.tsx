import { Link } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useAbility, type DeliveryView, type EndpointView } from '../../../api';
import {
  Button,
  CopyButton,
  Facts,
  linkClass,
  Mono,
  RelativeTime,
  shortId,
  shortUrl,
  StatusBadge,
  useShortcut,
} from '../../../ui';
import { cancelWords, outcomeWords, TRIGGER_WORDS } from '../error-words';
import { useReplay, whyNoReplay } from '../use-replay';

interface DeliveryHeadProps {
  delivery: DeliveryView;
  endpoint: EndpointView | undefined;
  onChanged(delivery: DeliveryView): void;
}

export function DeliveryHead({ delivery, endpoint, onChanged }: DeliveryHeadProps) {
  const may_replay = useAbility('webhooks:manage');
  const { replay, is_busy } = useReplay(onChanged);
  const refusal = whyNoReplay(delivery, may_replay);
  useShortcut('r', 'Replay this delivery', () => replay(delivery), { is_on: refusal === null && !is_busy });
  const { status, attempt_count, cancel_reason } = delivery;
  return (
    <section aria-label="The delivery" className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2.5 gap-y-1">
          <StatusBadge status={status} retrying={attempt_count > 0} />
          <span className="text-sm">
            {outcomeWords(status, attempt_count)}
            {status === 'cancelled' && ` ${cancelWords(cancel_reason)}.`}
          </span>
        </div>
        {/* Stays while it is under way, so that the focus is not thrown away. */}
        <Button
          size="sm"
          icon={RotateCcw}
          busy={is_busy && 'Replaying…'}
          disabled={refusal !== null}
          onClick={() => replay(delivery)}
        >
          Replay
        </Button>
      </div>
      {refusal && status !== 'pending' && <p className="text-xs text-muted">{refusal}</p>}
      <Facts
        items={[
          ['Endpoint', <EndpointLink key="endpoint" id={delivery.endpoint_id} endpoint={endpoint} />],
          [
            'Event',
            <Id key="event" id={delivery.event_id} label="Copy event id">
              <Link to="/events" search={{ open: delivery.event_id }} className={linkClass}>
                {delivery.event_id}
              </Link>
            </Id>,
          ],
          ['Delivery', <Id key="delivery" id={delivery.id} label="Copy delivery id" />],
          ['Sent because of', TRIGGER_WORDS[delivery.trigger]],
          ['Created', <RelativeTime key="created" time={delivery.created_at} />],
          delivery.completed_at !== null && ['Ended', <RelativeTime key="ended" time={delivery.completed_at} />],
        ]}
      />
    </section>
  );
}

function EndpointLink({ id, endpoint }: { id: string; endpoint: EndpointView | undefined }) {
  if (!endpoint)
    return (
      <span>
        <Mono>{shortId(id)}</Mono> <span className="text-muted">(deleted)</span>
      </span>
    );
  return (
    <span className="break-all">
      <Link to="/webhooks/$endpointId" params={{ endpointId: id }} search={{}} className={linkClass}>
        {shortUrl(endpoint.url)}
      </Link>
      {!endpoint.enabled && <span className="text-muted"> (disabled)</span>}
    </span>
  );
}

function Id({ id, label, children }: { id: string; label: string; children?: React.ReactNode }) {
  return (
    <span className="flex min-w-0 items-center gap-1">
      <Mono wrap>{children ?? id}</Mono>
      <CopyButton value={id} label={label} />
    </span>
  );
}
