import { sql, type Executor } from '@switchboard/db';
import type { CallView, CallWithTranscriptView, ListMeta } from '@switchboard/shared';
import { listByCursor } from '../../http/list-query.js';
import type { CursorRequest } from '../../http/pagination.js';
import type { TenantScope } from '../../http/route.js';

export interface CallRow {
  id: string;
  direction: CallView['direction'];
  status: CallView['status'];
  from_number: string;
  to_number: string;
  customer_id: string | null;
  started_at: Date;
  ended_at: Date | null;
  duration_seconds: number | null;
  sentiment: CallView['sentiment'];
  outcome: string | null;
  recording_url: string | null;
  created_at: Date;
  updated_at: Date;
}

export type CallRowWithTranscript = CallRow & { transcript: CallWithTranscriptView['transcript'] };

export type CallFields = Omit<CallRowWithTranscript, 'id' | 'created_at' | 'updated_at'>;

export interface CallFilter {
  direction?: string | undefined;
  status?: string | undefined;
  sentiment?: string | undefined;
  from_number?: string | undefined;
  to_number?: string | undefined;
  started_from?: Date | undefined;
  started_before?: Date | undefined;
}

const COLUMNS = [
  'id',
  'direction',
  'status',
  'from_number',
  'to_number',
  'customer_id',
  'started_at',
  'ended_at',
  'duration_seconds',
  'sentiment',
  'outcome',
  'recording_url',
  'created_at',
  'updated_at',
];
const WITH_TRANSCRIPT = [...COLUMNS, 'transcript'];

function callsOf(tenant: TenantScope) {
  return sql('calls').where({ tenant_id: tenant.tenant_id, mode: tenant.mode });
}

/** json takes text: the driver would write an array as a PostgreSQL array. */
function stored(fields: Partial<CallFields>) {
  return fields.transcript === undefined ? fields : { ...fields, transcript: JSON.stringify(fields.transcript) };
}

export async function insertCall(
  executor: Executor,
  tenant: TenantScope,
  call: Partial<CallFields> & { id: string },
): Promise<CallRowWithTranscript> {
  const { tenant_id, mode } = tenant;
  const [row] = await executor.run<CallRowWithTranscript>(
    sql('calls')
      .insert({ ...stored(call), id: call.id, tenant_id, mode })
      .returning(WITH_TRANSCRIPT),
  );
  return row as CallRowWithTranscript;
}

export async function findCall(
  executor: Executor,
  tenant: TenantScope,
  id: string,
): Promise<CallRowWithTranscript | null> {
  const [row] = await executor.run<CallRowWithTranscript>(callsOf(tenant).where({ id }).select(WITH_TRANSCRIPT));
  return row ?? null;
}

export async function lockCall(transaction: Executor, tenant: TenantScope, id: string): Promise<CallRow | null> {
  const [row] = await transaction.run<CallRow>(callsOf(tenant).where({ id }).select(COLUMNS).forUpdate());
  return row ?? null;
}

export async function updateCall(
  executor: Executor,
  tenant: TenantScope,
  id: string,
  changes: Partial<CallFields>,
): Promise<CallRowWithTranscript> {
  const [row] = await executor.run<CallRowWithTranscript>(
    callsOf(tenant)
      .where({ id })
      .update({ ...stored(changes), updated_at: sql.fn.now() })
      .returning(WITH_TRANSCRIPT),
  );
  return row as CallRowWithTranscript;
}

export function listCalls(
  executor: Executor,
  tenant: TenantScope,
  filter: CallFilter,
  page: CursorRequest,
): Promise<{ rows: CallRow[]; meta: ListMeta }> {
  const { started_from, started_before, ...exact } = filter;
  const given = Object.fromEntries(Object.entries(exact).filter(([, value]) => value !== undefined));
  const query = () => {
    const calls = callsOf(tenant).where(given);
    if (started_from) calls.where('started_at', '>=', started_from);
    if (started_before) calls.where('started_at', '<', started_before);
    return calls;
  };
  return listByCursor<CallRow>(executor, query, { columns: COLUMNS, page });
}
