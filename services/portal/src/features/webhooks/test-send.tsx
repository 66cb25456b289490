import { Send } from 'lucide-react';
import { useState } from 'react';
import {
  useAbility,
  useApi,
  useApiMutation,
  useApiQuery,
  type EndpointView,
  type EventTypeView,
  type SentTest,
} from '../../api';
import { Button, Card, InlineError, Loading, Select, useShortcut } from '../../ui';
import { nameFor } from './subscriptions';
import { TestAnswer } from './test-answer';

/** '': the server takes the first one that the endpoint subscribes to. */
const FIRST = '';

/** An example event, sent to this endpoint alone, with the answer beside the button. */
export function TestSend({
  endpoint,
  event,
  onEvent,
}: {
  endpoint: EndpointView;
  event: string;
  onEvent(event: string): void;
}) {
  const api = useApi();
  const may_manage = useAbility('webhooks:manage');
  const types = useApiQuery<EventTypeView[]>('/event-types');
  const [sent, setSent] = useState<SentTest | null>(null);
  const test = useApiMutation(
    () => api.post<SentTest>(`/webhooks/${endpoint.id}/test`, event === FIRST ? {} : { event }),
    { invalidates: ['/deliveries', '/webhooks/health', '/events'], onSuccess: setSent },
  );
  const can_send = may_manage && endpoint.enabled && !test.isPending;
  const send = () => {
    setSent(null);
    test.mutate(undefined);
  };
  useShortcut('t', 'Send a test', send, { is_on: can_send });
  return (
    <Card title="Send a test">
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">
          An example of the event is signed and sent once, to this address only. No other webhook hears of it.
        </p>
        <div className="flex flex-wrap items-center gap-2">
          <Select
            label="Event of the test"
            className="w-full sm:w-72"
            value={event}
            onChange={onEvent}
            options={optionsOf(types.data ?? [], endpoint.event_types)}
          />
          <Button tone="primary" icon={Send} busy={test.isPending && 'Sending…'} disabled={!can_send} onClick={send}>
            Send test
          </Button>
        </div>
        {!may_manage && (
          <p className="text-xs text-muted">Your role can look at webhooks; sending a test takes a developer.</p>
        )}
        {may_manage && !endpoint.enabled && (
          <p className="text-xs text-muted">It is disabled. Enable it to send a test.</p>
        )}
        <div aria-live="polite">
          {test.isPending && (
            <Loading
              words={`Waiting for the answer, ${(endpoint.timeout_ms ?? 10_000) / 1_000} seconds at most…`}
              className="px-0"
            />
          )}
          {test.error && <InlineError error={test.error} />}
          {sent && <TestAnswer sent={sent} />}
        </div>
      </div>
    </Card>
  );
}

function optionsOf(types: readonly EventTypeView[], patterns: readonly string[]) {
  const own = types.filter((type) => nameFor(patterns, type) !== null);
  const others = types.filter((type) => !own.includes(type));
  return [
    { value: FIRST, label: 'First event it subscribes to', hint: own[0]?.name },
    ...own.map(({ name }) => ({ value: name, label: name, hint: 'Subscribed' })),
    ...others.map(({ name }) => ({ value: name, label: name, hint: 'Not subscribed; sent all the same' })),
  ];
}
