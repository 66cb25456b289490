import type { EndpointView } from '../../api';
import { Card, CopyButton, Facts, Mono, RelativeTime } from '../../ui';
import { EventChips } from './event-chips';

/** What is set, and where the platform's default stands in. */
export function SettingsCard({ endpoint }: { endpoint: EndpointView }) {
  const headers = Object.keys(endpoint.headers);
  return (
    <Card title="Settings">
      <Facts
        items={[
          ['Address', <WithCopy key="url" value={endpoint.url} label="Copy the address" />],
          ['Id', <WithCopy key="id" value={endpoint.id} label="Copy the id" />],
          endpoint.description !== '' && ['Description', endpoint.description],
          ['Events', <EventChips key="events" patterns={endpoint.event_types} most={8} />],
          ['Headers', headers.length === 0 ? 'none' : <Mono wrap>{headers.join(', ')}</Mono>],
          ['Timeout', endpoint.timeout_ms === null ? '10 s (default)' : `${endpoint.timeout_ms / 1_000} s`],
          ['Attempts', endpoint.max_attempts ?? '10 (default)'],
          [
            'Rate',
            endpoint.rate_limit_per_second === null ? 'no limit' : `${endpoint.rate_limit_per_second} a second at most`,
          ],
          ['At once', endpoint.max_in_flight ?? '10 (default)'],
          ['Order', endpoint.ordering === 'fifo' ? 'strictly in order, one at a time' : 'as fast as possible'],
          ['Added', <RelativeTime key="added" time={endpoint.created_at} />],
          ['Changed', <RelativeTime key="changed" time={endpoint.updated_at} />],
        ]}
      />
    </Card>
  );
}

function WithCopy({ value, label }: { value: string; label: string }) {
  return (
    <span className="flex items-start gap-1">
      <Mono wrap>{value}</Mono>
      <CopyButton value={value} label={label} />
    </span>
  );
}
