import { TypeID } from 'typeid-js';
import { v7 } from 'uuid';
import { encodeUuid } from './typeid-suffix.js';

/**
 * Ids are UUIDv7 in the database and TypeIDs (`apt_01j...`) on the wire. The prefixes are part of the public
 * contract: a new one may be added, an existing one never changes.
 */
export const ID_PREFIX = {
  tenant: 'ten',
  apiKey: 'key',
  customer: 'cus',
  appointment: 'apt',
  event: 'evt',
  endpoint: 'whe',
  delivery: 'dlv',
  service: 'svc',
  staff: 'stf',
  timeOff: 'off',
  call: 'cal',
  lead: 'led',
  replay: 'rpl',
  auditEntry: 'aud',
  user: 'usr',
  invitation: 'inv',
  portalLink: 'plk',
} as const;

export type IdKind = keyof typeof ID_PREFIX;

/** A new UUIDv7: unique, and rising within one process, so that rows made in a row stay in that order. */
export function newUuid(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether it is a UUID as the database and newUuid() write it; in other letters or brackets a stranger wrote it. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/**
 * The public id of a UUID. An attempt's lines and headers need half a dozen of them, and with the library they were 5 %
 * of a worker's time; reading one, which checks what a stranger sent, stays the library's.
 */
export function toPublicId(kind: IdKind, uuid: string): string {
  return `${ID_PREFIX[kind]}_${encodeUuid(uuid)}`;
}

/** The UUID behind a public id, or null where the text is not an id of this kind. */
export function fromPublicId(kind: IdKind, text: string): string | null {
  try {
    return TypeID.fromString(text, ID_PREFIX[kind]).toUUID();
  } catch {
    return null;
  }
}

/** Milliseconds since 1970 that a UUIDv7 carries in its first 48 bits (RFC 9562, section 5.7). */
export function uuidTimestampMs(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The least UUID of a millisecond: what UUIDv7s of that time and later are not below. As the function in the database. */
export function firstUuidOf(timestampMs: number): string {
  const time = timestampMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
