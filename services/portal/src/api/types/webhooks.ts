import type { Time } from './common';
import type { DeliveryStatus, ErrorOfAttempt } from './deliveries';

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
