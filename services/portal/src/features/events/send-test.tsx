import { Link } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useState } from 'react';
import {
  useAbility,
  useApi,
  useApiAll,
  useApiMutation,
  type EndpointView,
  type EventTypeView,
  type SentTest,
} from '../../api';
import { Button, InlineError, linkClass, Loaded, Notice, plural, SelectField, shortUrl } from '../../ui';
import { nameFor } from '../webhooks/subscriptions';
import { TestAnswer } from '../webhooks/test-answer';

/** Sends the type's example to one endpoint and shows what it answered. */
export function SendTest({ type }: { type: EventTypeView }) {
  const may_send = useAbility('webhooks:manage');
  const endpoints = useApiAll<EndpointView>('/webhooks', { enabled: may_send });
  if (!may_send) return <Notice>Sending a test needs the role developer, admin or owner.</Notice>;
  return (
    <Loaded query={endpoints} words="Loading your webhooks…" rows={1}>
      {({ rows }) => <Sender type={type} endpoints={rows} />}
    </Loaded>
  );
}

function Sender({ type, endpoints }: { type: EventTypeView; endpoints: readonly EndpointView[] }) {
  const api = useApi();
  const enabled = endpoints.filter((endpoint) => endpoint.enabled);
  const subscribed = enabled.filter((endpoint) => nameFor(endpoint.event_types, type) !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const endpoint = subscribed.find(({ id }) => id === chosen) ?? subscribed[0];
  const test = useApiMutation(
    (to: EndpointView) =>
      api.post<SentTest>(`/webhooks/${to.id}/test`, { event: nameFor(to.event_types, type) ?? type.name }),
    { invalidates: ['/deliveries', '/events', '/webhooks/health', '/audit'] },
  );
  if (!endpoint) return <NobodySubscribed enabled={enabled.length} all={endpoints.length} />;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label="To"
          className="min-w-0 flex-1 basis-60"
          value={endpoint.id}
          onChange={(id) => {
            setChosen(id);
            test.reset();
          }}
          options={subscribed.map(({ id, url, description }) => ({
            value: id,
            label: shortUrl(url),
            ...(description !== '' && { hint: description }),
          }))}
        />
        <Button
          tone="primary"
          icon={Send}
          busy={test.isPending && 'Waiting for the answer…'}
          onClick={() => test.mutate(endpoint)}
        >
          Send test
        </Button>
      </div>
      <p className="text-xs text-muted">
        One attempt with the example below, to this webhook alone, marked as a test. There is no retry.
      </p>
      <div role="status">{test.data && <TestAnswer sent={test.data} />}</div>
      {test.error && <InlineError error={test.error} />}
    </div>
  );
}

function NobodySubscribed({ enabled, all }: { enabled: number; all: number }) {
  return (
    <Notice>
      {all === 0
        ? 'There is no webhook yet that could get it.'
        : enabled === 0
          ? 'All your webhooks are disabled. '
          : `None of your ${plural(enabled, 'enabled webhook')} is subscribed to it. `}{' '}
      <Link to="/webhooks" search={{}} className={linkClass}>
        {all === 0 ? 'Add a webhook' : 'Go to your webhooks'}
      </Link>
    </Notice>
  );
}
