import type { Ability, Role } from '@switchboard/shared/portal';
import type { Mode, Time } from './common';

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

export const ACTOR_KINDS = ['user', 'api_key', 'portal_link', 'platform', 'system'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export interface AuditEntry {
  id: string;
  /** Its place in the account's chain, from 1. */
  sequence: number;
  occurred_at: Time;
  actor: { kind: ActorKind; id: string | null; name: string };
  ip: string | null;
  action: string;
  target: { kind: string; id: string | null };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  mode: Mode | null;
  request_id: string | null;
  hash: string;
}
