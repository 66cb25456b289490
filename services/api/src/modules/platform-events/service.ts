import {
  claimEventKeys,
  findEventKeys,
  type Database,
  type EventKeyClaim,
  type Executor,
  type NewEvent,
} from '@switchboard/db';
import {
  AppError,
  newUuid,
  toPublicId,
  uuidTimestampMs,
  validationFailed,
  type ErrorDetail,
  type Mode,
} from '@switchboard/shared';
import { createHash } from 'node:crypto';
import type { FaultHook } from '../../faults.js';
import type { RequestInfo } from '../../http/route.js';
import type { Announcer } from '../../publishing/announcer.js';
import type { Committer } from '../../publishing/committer.js';
import { createEventWriter } from '../../publishing/event-writer.js';
import { createKnownTenants, type KnownTenants } from '../tenants/known-tenants.js';

export interface EventToPublish {
  tenant_id: string;
  mode: Mode;
  event: string;
  data: Record<string, unknown>;
  idempotency_key?: string | undefined;
}

export interface PublishedEvent {
  id: string;
  event: string;
  tenant_id: string;
  mode: string;
  created_at: string;
}

/** One event or an array of them: the answer has the same shape, and an error names `data` in the one, `3.data` in the other. */
export interface PublishInput {
  is_batch: boolean;
  events: readonly EventToPublish[];
}

export interface PlatformEventServiceDeps {
  database: Database;
  commit: Committer;
  announcer: Announcer;
  faults: FaultHook;
}

/** An event on its way in, and the key under which it must be the only one. */
interface Candidate {
  event: NewEvent;
  key: string | undefined;
  /** How an error names the key. */
  key_path: string;
}

export type PlatformEventService = ReturnType<typeof createPlatformEventService>;

export function createPlatformEventService({ database, commit, announcer, faults }: PlatformEventServiceDeps) {
  const write = createEventWriter(database);
  const knownTenants = createKnownTenants(database);
  /** Without keys one statement is the whole transaction: the fast way, and the common one. */
  const insertAll = async (candidates: Candidate[]): Promise<NewEvent[]> => {
    const events = candidates.map((candidate) => candidate.event);
    await write(events);
    faults.reach('after_commit');
    announcer.announce(events.map((event) => event.id));
    return events;
  };
  return {
    /** All of the events or none; the answers stand in the order of the input. */
    async publish(input: PublishInput, request: RequestInfo): Promise<PublishedEvent | PublishedEvent[]> {
      await refuseUnknownTenants(knownTenants, input);
      const candidates = input.events.map((event, index) =>
        toCandidate(event, request, (field) => pathOf(input, index, field)),
      );
      const shaped = (events: NewEvent[]) => {
        const published = events.map(toPublished);
        return input.is_batch ? published : (published[0] as PublishedEvent);
      };
      const keyed = request.idempotency !== undefined || candidates.some((candidate) => candidate.key !== undefined);
      if (!keyed) return shaped(await insertAll(candidates));
      return commit(request, async (work) => {
        const { events, answers } = await chooseOncePerKey(work.transaction, candidates);
        work.add(events);
        return shaped(answers);
      });
    },
  };
}

interface Outcome {
  /** What is to be written now. */
  events: NewEvent[];
  /** What each input stands for: the event of its own, or the one that held its key before. */
  answers: NewEvent[];
}

async function chooseOncePerKey(transaction: Executor, candidates: Candidate[]): Promise<Outcome> {
  const firstOfKey = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const id = keyIdOf(candidate);
    if (id !== undefined && !firstOfKey.has(id)) firstOfKey.set(id, candidate);
  }
  const claims = [...firstOfKey.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, candidate]) => claimOf(candidate));
  const claimed = await claimEventKeys(transaction, claims);
  const held = new Map(
    (
      await findEventKeys(
        transaction,
        claims.filter((claim) => !claimed.has(claim.event_id)),
      )
    ).map((stored) => [`${stored.tenant_id} ${stored.key}`, stored]),
  );
  const events: NewEvent[] = [];
  const answers = candidates.map((candidate) => {
    const id = keyIdOf(candidate);
    const first = id === undefined ? candidate : (firstOfKey.get(id) as Candidate);
    const stored = id === undefined ? undefined : held.get(id);
    if (id !== undefined) refuseReusedKey(candidate, stored?.fingerprint ?? claimOf(first).fingerprint);
    if (stored) return { ...candidate.event, id: stored.event_id, type: stored.type, created_at: stored.created_at };
    if (first === candidate) events.push(candidate.event);
    return first.event;
  });
  return { events, answers };
}

function refuseReusedKey(candidate: Candidate, fingerprint: Buffer): void {
  if (claimOf(candidate).fingerprint.equals(fingerprint)) return;
  throw new AppError('idempotency_key_reused', 'An idempotency key was used before for another event.', {
    details: [{ path: candidate.key_path, message: 'was used before for another event' }],
  });
}

function keyIdOf({ event, key }: Candidate): string | undefined {
  return key === undefined ? undefined : `${event.tenant_id} ${key}`;
}

function claimOf({ event, key = '' }: Candidate): EventKeyClaim {
  const fingerprint = createHash('sha256').update(`${event.mode}\n${event.type}\n${event.data_json}`).digest();
  return { tenant_id: event.tenant_id, key, event_id: event.id, fingerprint };
}

function toCandidate(input: EventToPublish, request: RequestInfo, pathOf: (field: string) => string): Candidate {
  const id = newUuid();
  const { tenant_id, mode, event: type, data, idempotency_key: key } = input;
  const data_json = JSON.stringify(data);
  const created_at = new Date(uuidTimestampMs(id));
  const event = { id, tenant_id, mode, type, data_json, request_id: request.request_id, created_at };
  return { event, key, key_path: pathOf('idempotency_key') };
}

async function refuseUnknownTenants(knownTenants: KnownTenants, input: PublishInput): Promise<void> {
  const known = await knownTenants([...new Set(input.events.map((event) => event.tenant_id))]);
  const details = input.events.flatMap(({ tenant_id }, index): ErrorDetail[] =>
    known.has(tenant_id)
      ? []
      : [{ path: pathOf(input, index, 'tenant_id'), message: 'there is no tenant with this id' }],
  );
  if (details.length > 0) throw validationFailed(details);
}

function pathOf(input: PublishInput, index: number, field: string): string {
  return input.is_batch ? `${index}.${field}` : field;
}

function toPublished(event: NewEvent): PublishedEvent {
  return {
    id: toPublicId('event', event.id),
    event: event.type,
    tenant_id: toPublicId('tenant', event.tenant_id),
    mode: event.mode,
    created_at: event.created_at.toISOString(),
  };
}
