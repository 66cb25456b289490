/** What the server answers, by hand from its schemas (services/api/src/modules). Times are ISO 8601 in UTC. */
import type { Ability, Role } from '@switchboard/shared/portal';

export type Mode = 'live' | 'test';
export type Time = string;

export interface ListMeta {
  page?: number;
  per_page: number;
  total?: number;
  next_cursor?: string | null;
}

export interface TenantOfSession {
  id: string;
  name: string;
  role: Role | null;
  abilities: Ability[];
}

export interface SessionView {
  kind: 'user' | 'portal_link';
  user: { id: string; email: string; name: string; is_super_admin: boolean } | null;
  tenants: TenantOfSession[];
  csrf_token: string;
  access_expires_at: Time;
  session_expires_at: Time;
  brand: string;
  api_key_prefix: string;
  header_names: { signature: string; event: string; delivery: string; attempt: string };
  emails_are_sent: boolean;
  default_mode: Mode;
}

export interface InvitationToShow {
  email: string;
  tenant_name: string;
  role: Role;
  expires_at: Time;
  has_account: boolean;
}

export interface MemberView {
  id: string;
  email: string;
  name: string;
  role: Role;
  joined_at: Time;
  last_sign_in_at: Time | null;
  is_you: boolean;
}

export interface InvitationView {
  id: string;
  email: string;
  role: Role;
  invited_by: string | null;
  expires_at: Time;
  created_at: Time;
}

export interface PeopleView {
  members: MemberView[];
  invitations: InvitationView[];
}

export interface CreatedInvitation {
  id: string;
  email: string;
  role: Role;
  expires_at: Time;
  emailed: boolean;
  link: string | null;
}

export interface ApiKeyView {
  id: string;
  name: string;
  mode: Mode;
  prefix: string;
  last4: string;
  scopes: string[];
  expires_at: Time | null;
  revoked_at: Time | null;
  last_used_at: Time | null;
  created_at: Time;
}

export interface CreatedApiKey extends ApiKeyView {
  key: string;
}

export const OVERVIEW_RANGES = ['1h', '24h', '7d', '30d'] as const;
export type OverviewRange = (typeof OVERVIEW_RANGES)[number];

export interface OverviewBucket {
  at: Time;
  succeeded: number;
  failed: number;
  pending: number;
}

export interface OverviewEndpoint {
  id: string;
  url: string;
  enabled: boolean;
  disabled_reason: DisabledReason | null;
  succeeded: number;
  failed: number;
  success_rate: number | null;
  last_failure_at: Time | null;
  last_error: ErrorOfAttempt | null;
}

export interface OverviewView {
  range: OverviewRange;
  from: Time;
  to: Time;
  bucket_seconds: number;
  buckets: OverviewBucket[];
  totals: { deliveries: number; succeeded: number; failed: number; pending: number; attempts: number };
  /** Between 0 and 1; null where nothing has ended yet. */
  success_rate: number | null;
  p95_ms: number | null;
  endpoints: OverviewEndpoint[];
}

export interface UsageView {
  plan: {
    id: string;
    name: string;
    requests_per_minute: number;
    requests_per_day: number;
    entitlements: string[];
  };
  used: { minute: number; day: number; minute_resets_at: Time | null; day_resets_at: Time | null };
  counts: { webhooks: number; keys: number; people: number };
}

export type DisabledReason = 'manual' | 'gone' | 'failing';

export interface EndpointView {
  id: string;
  url: string;
  description: string;
  event_types: string[];
  enabled: boolean;
  disabled_reason: DisabledReason | null;
  disabled_at: Time | null;
  /** Names of the custom headers; the values are masked. */
  headers: Record<string, string>;
  max_attempts: number | null;
  timeout_ms: number | null;
  max_in_flight: number | null;
  rate_limit_per_second: number | null;
  ordering: 'none' | 'fifo';
  previous_secret_expires_at: Time | null;
  created_at: Time;
  updated_at: Time;
}

/** Answered once: by the creation of an endpoint and by a rotation of its secret. */
export interface CreatedEndpoint extends EndpointView {
  secret: string;
}

export interface EndpointInput {
  url: string;
  event_types: string[];
  description?: string;
  enabled?: boolean;
  headers?: Record<string, string>;
  max_attempts?: number | null;
  timeout_ms?: number | null;
  max_in_flight?: number | null;
  rate_limit_per_second?: number | null;
  ordering?: 'none' | 'fifo';
}

export interface EndpointHealth {
  endpoint_id: string;
  hours: { at: Time; succeeded: number; failed: number }[];
  last_delivery: { id: string; status: DeliveryStatus; at: Time } | null;
  success_rate: number | null;
}

export interface UrlCheck {
  ok: boolean;
  problems: string[];
}

export const DELIVERY_STATUSES = ['pending', 'succeeded', 'dead', 'cancelled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];
export type Trigger = 'automatic' | 'replay' | 'test';

export interface ErrorOfAttempt {
  code: string;
  message: string;
}

export interface DeliveryView {
  id: string;
  event_id: string;
  endpoint_id: string;
  event: string;
  status: DeliveryStatus;
  cancel_reason: string | null;
  attempt_count: number;
  trigger: Trigger;
  replay_id: string | null;
  next_attempt_at: Time | null;
  last_status_code: number | null;
  last_error: ErrorOfAttempt | null;
  created_at: Time;
  completed_at: Time | null;
}

export type HeadersView = Record<string, string | string[]>;

export interface AttemptView {
  number: number;
  trigger: Trigger;
  started_at: Time;
  duration_ms: number;
  status_code: number | null;
  error: ErrorOfAttempt | null;
  request: { headers: HeadersView; body: string };
  response: { headers: HeadersView; body: string } | null;
}

export interface DeliveryWithAttempts extends DeliveryView {
  attempts: AttemptView[];
}

export interface SentTest {
  delivery: DeliveryView;
  /** null: it was not made in time; the delivery shows it later. */
  attempt: AttemptView | null;
}

export type EndedStatus = Exclude<DeliveryStatus, 'pending'>;

export interface ReplayInput {
  endpoint_id?: string;
  status?: EndedStatus | EndedStatus[];
  event?: string;
  error?: string;
  since?: Time;
  until?: Time;
}

export interface ReplayView {
  id: string;
  status: 'running' | 'completed' | 'cancelled';
  filter: {
    endpoint_id: string | null;
    status: EndedStatus[];
    event: string | null;
    error?: string | null;
    since: Time | null;
    until: Time;
  };
  matched: number;
  replayed: number;
  skipped: number;
  created_at: Time;
  completed_at: Time | null;
}

export interface ReplayWithResult extends ReplayView {
  result: { succeeded: number; dead: number; cancelled: number; pending: number };
}

export interface DeadLetterGroup {
  endpoint: { id: string; url: string; enabled: boolean };
  error: ErrorOfAttempt;
  count: number;
  first_at: Time;
  last_at: Time;
}

export interface DeadLettersView {
  groups: DeadLetterGroup[];
  total: number;
}

export interface DeadLettersReplayed {
  replayed: string[];
  refused: { id: string; reason: string }[];
}

export interface EventView {
  id: string;
  event: string;
  created_at: Time;
  is_test: boolean;
  data: Record<string, unknown>;
}

export interface EventTypeView {
  name: string;
  alias: string | null;
  description: string;
  /** JSON Schema of `data`. */
  schema: Record<string, unknown>;
  /** A webhook body. */
  example: unknown;
}

export interface AuditEntry {
  id: string;
  occurred_at: Time;
  actor: { kind: string; id: string | null; name: string | null };
  ip: string | null;
  action: string;
  target: { kind: string; id: string };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  mode: Mode | null;
  request_id: string | null;
  hash: string;
}
