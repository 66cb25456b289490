import type { Database, Executor } from '@switchboard/db';
import {
  AppError,
  newUuid,
  notFound,
  toPublicId,
  validationFailed,
  type CallView,
  type CallWithTranscriptView,
  type ListMeta,
} from '@switchboard/shared';
import type { CursorRequest } from '../../http/pagination.js';
import type { RequestInfo, TenantScope } from '../../http/route.js';
import type { Committer } from '../../publishing/committer.js';
import { findCustomer } from '../customers/repository.js';
import { requireTenant } from '../tenants/require-tenant.js';
import {
  findCall,
  insertCall,
  listCalls,
  lockCall,
  updateCall,
  type CallFields,
  type CallFilter,
  type CallRow,
  type CallRowWithTranscript,
} from './repository.js';

export interface StartCallInput {
  direction: CallView['direction'];
  from_number: string;
  to_number: string;
  customer_id: string | null;
  started_at?: Date | undefined;
}

export interface CallChanges {
  status?: 'ended' | 'missed' | undefined;
  ended_at?: Date | undefined;
  customer_id?: string | null | undefined;
  sentiment?: CallView['sentiment'] | undefined;
  outcome?: string | null | undefined;
  recording_url?: string | null | undefined;
  transcript?: CallWithTranscriptView['transcript'] | undefined;
}

/** Longer than any call; an end in another century would not fit the column of seconds. */
const MAX_LENGTH_MS = 31 * 86_400_000;

export type CallService = ReturnType<typeof createCallService>;

export function createCallService({ database, commit }: { database: Database; commit: Committer }) {
  return {
    async list(
      tenant: TenantScope,
      filter: CallFilter,
      page: CursorRequest,
    ): Promise<{ data: CallView[]; meta: ListMeta }> {
      const { rows, meta } = await listCalls(database, tenant, filter, page);
      return { data: rows.map(toView), meta };
    },

    async show(tenant: TenantScope, id: string): Promise<CallWithTranscriptView> {
      const row = await findCall(database, tenant, id);
      if (!row) throw notFound();
      return toViewWithTranscript(row);
    },

    start: (tenant: TenantScope, input: StartCallInput, request: RequestInfo): Promise<CallWithTranscriptView> =>
      commit(request, async ({ transaction, emit }) => {
        await requireTenant(transaction, tenant.tenant_id);
        await requireCustomer(transaction, tenant, input.customer_id);
        const call = {
          ...input,
          id: newUuid(),
          status: 'in_progress' as const,
          started_at: input.started_at ?? new Date(),
        };
        const data = toViewWithTranscript(await insertCall(transaction, tenant, call));
        emit(tenant, 'call.started', data);
        return data;
      }),

    /** Details may be added as long as they come (transcripts are late); the end is told once and emits one event. */
    update: (
      tenant: TenantScope,
      id: string,
      input: CallChanges,
      request: RequestInfo,
    ): Promise<CallWithTranscriptView> =>
      commit(request, async ({ transaction, emit }) => {
        const before = await lockCall(transaction, tenant, id);
        if (!before) throw notFound();
        await requireCustomer(transaction, tenant, input.customer_id ?? null);
        const changes = { ...details(input), ...endOf(before, input) };
        const data = toViewWithTranscript(await updateCall(transaction, tenant, id, changes));
        if (changes.status) emit(tenant, changes.status === 'ended' ? 'call.ended' : 'call.missed', data);
        return data;
      }),
  };
}

function details({ status: _status, ended_at: _endedAt, ...rest }: CallChanges): Partial<CallFields> {
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}

function endOf(before: CallRow, { status, ended_at }: CallChanges): Partial<CallFields> {
  if (status === undefined) {
    if (ended_at !== undefined)
      throw validationFailed([{ path: 'ended_at', message: 'belongs to a status of ended or missed' }]);
    return {};
  }
  if (before.status !== 'in_progress') {
    throw new AppError(
      'conflict',
      `The call is ${before.status} already. Only a call in progress can become ended or missed.`,
    );
  }
  const end = ended_at ?? new Date(Math.max(Date.now(), before.started_at.getTime()));
  const lengthMs = end.getTime() - before.started_at.getTime();
  if (lengthMs < 0) throw validationFailed([{ path: 'ended_at', message: 'must not be before started_at' }]);
  // Only a date that is mistaken gives such a length, and its seconds would not fit their column.
  if (ended_at && lengthMs > MAX_LENGTH_MS)
    throw validationFailed([{ path: 'ended_at', message: 'must be within 31 days of started_at' }]);
  return { status, ended_at: end, duration_seconds: status === 'missed' ? 0 : Math.round(lengthMs / 1_000) };
}

async function requireCustomer(executor: Executor, tenant: TenantScope, id: string | null): Promise<void> {
  if (id === null || (await findCustomer(executor, tenant, id))) return;
  throw validationFailed([{ path: 'customer_id', message: 'there is no customer with this id' }]);
}

function toView(row: CallRow): CallView {
  return {
    id: toPublicId('call', row.id),
    direction: row.direction,
    status: row.status,
    from_number: row.from_number,
    to_number: row.to_number,
    customer_id: row.customer_id === null ? null : toPublicId('customer', row.customer_id),
    started_at: row.started_at.toISOString(),
    ended_at: row.ended_at?.toISOString() ?? null,
    duration_seconds: row.duration_seconds,
    sentiment: row.sentiment,
    outcome: row.outcome,
    recording_url: row.recording_url,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

function toViewWithTranscript(row: CallRowWithTranscript): CallWithTranscriptView {
  return { ...toView(row), transcript: row.transcript };
}
