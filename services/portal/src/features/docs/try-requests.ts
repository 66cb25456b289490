/** What "try it" can ask for. Reading only: nothing that one tries here changes anything. */
export const RESOURCES = [
  { value: '/services?per_page=5', label: 'Services', scope: 'services:read' },
  { value: '/staff?per_page=5', label: 'Staff', scope: 'staff:read' },
  { value: '/customers?per_page=5', label: 'Customers', scope: 'customers:read' },
  { value: '/appointments?per_page=5', label: 'Appointments', scope: 'appointments:read' },
  { value: '/calls?per_page=5', label: 'Calls', scope: 'calls:read' },
  { value: '/events?per_page=5', label: 'Events', scope: 'events:read' },
  { value: '/event-types', label: 'Event types', scope: 'events:read' },
  { value: '/webhook-endpoints?per_page=5', label: 'Webhooks', scope: 'webhooks:read' },
  { value: '/deliveries?per_page=5', label: 'Deliveries', scope: 'webhooks:read' },
] as const;

export type Resource = (typeof RESOURCES)[number]['value'];

/** What the key made here may do: read what is offered above, and no more. */
export const TRY_SCOPES = [...new Set(RESOURCES.map(({ scope }) => scope))];

export interface TriedAnswer {
  status: number;
  duration_ms: number;
  /** Those that a developer looks for, in the order in which one does. */
  headers: [string, string][];
  body: string;
}

const SHOWN_HEADERS = [
  'x-request-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'retry-after',
  'content-type',
  'etag',
];

/** What is wrong with a key that was pasted; undefined where it looks like a test key of this installation. */
export function pastedKeyProblem(key: string, prefix: string): string | undefined {
  if (key === '') return 'Paste a test key, or create one.';
  if (key.startsWith(`${prefix}_live_`))
    return 'This is a live key. Use a test key here, which cannot reach real data.';
  return key.startsWith(`${prefix}_test_`) ? undefined : `A test key begins with ${prefix}_test_.`;
}

/** Sent as any other system would: with the key alone and without the cookies of the session. */
export async function tryRequest(
  send: typeof fetch,
  address: string,
  key: string,
  now: () => number = () => performance.now(),
): Promise<TriedAnswer> {
  const began = now();
  const response = await send(address, {
    headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
  });
  const body = await response.text();
  const headers = SHOWN_HEADERS.flatMap((name): [string, string][] => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { status: response.status, duration_ms: now() - began, headers, body };
}
