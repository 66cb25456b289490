import type { Database } from '@switchboard/db';
import { firstUuidOf, toPublicId } from '@switchboard/shared';
import type { TenantScope } from '../../http/route.js';
import { groupDeadLetters, type DeadGroupRow } from './repository.js';
import { DEFAULT_DAYS, MAX_EXAMINED, type DeadLettersView } from './schemas.js';

const DAY_MS = 86_400_000;

export type DeadLetterService = ReturnType<typeof createDeadLetterService>;

export function createDeadLetterService({ database }: { database: Database }) {
  return {
    /** What failed for good and why. */
    async show(tenant: TenantScope, since = new Date(Date.now() - DEFAULT_DAYS * DAY_MS)): Promise<DeadLettersView> {
      const from = { sinceId: firstUuidOf(since.getTime()), limit: MAX_EXAMINED };
      const rows = await groupDeadLetters(database, tenant, from);
      const total = rows[0]?.examined ?? 0;
      return { groups: rows.map(toGroup), total, is_complete: total < MAX_EXAMINED };
    },
  };
}

function toGroup(row: DeadGroupRow): DeadLettersView['groups'][number] {
  const { url, enabled, deleted, count } = row;
  return {
    endpoint: { id: toPublicId('endpoint', row.endpoint_id), url, enabled, deleted },
    error: { code: row.error_code, message: row.error_message },
    count,
    first_at: row.first_at.toISOString(),
    last_at: row.last_at.toISOString(),
  };
}
