import type { Time } from './common';

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
    error: string | null;
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
  endpoint: { id: string; url: string; enabled: boolean; deleted: boolean };
  error: ErrorOfAttempt;
  count: number;
  first_at: Time;
  last_at: Time;
}

export interface DeadLettersView {
  groups: DeadLetterGroup[];
  total: number;
  /** false: there are more than were grouped. */
  is_complete: boolean;
}

export interface DeadLettersReplayed {
  replayed: string[];
  refused: { id: string; reason: string }[];
}
