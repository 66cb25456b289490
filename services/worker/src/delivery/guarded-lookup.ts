import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { AddressPolicy } from '@switchboard/shared';
import { DnsFailedError, type NameResolver } from './name-resolver.js';

/** Fits `connect.lookup` of an undici Agent and `lookup` of node:net and node:tls. */
export type GuardedLookup = LookupFunction;

/** A connection that was refused before its first packet. The message names no address: tenants may see it. */
export class SsrfBlockedError extends Error {
  override readonly name = 'SsrfBlockedError';
  readonly code = 'ssrf_blocked';

  constructor(
    readonly hostname: string,
    /** For the log of the operator only: it may tell how an internal name resolves. */
    readonly address: string,
    description: string,
  ) {
    super(`Webhooks are not sent to ${hostname}: its address is ${description}.`);
  }
}

/** A name with a thousand addresses must not make us knock at a thousand doors. */
const MAX_DIALLED = 8;

/**
 * Resolves a host and hands on exactly the addresses that were checked, so that a name cannot answer one address to
 * the check and another to the connection. One denied address refuses them all: an honest receiver has none, and
 * the connection would try each of them in turn. No client calls a lookup for an IP literal: those are the URL gate's.
 * Fails with SsrfBlockedError or DnsFailedError.
 */
export function createGuardedLookup(addresses: AddressPolicy, resolveName: NameResolver): GuardedLookup {
  const resolveAllowed = async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    const found = await resolveName(hostname);
    const blocked = firstBlocked(hostname, found, addresses);
    if (blocked !== null) throw blocked;
    const [first, ...others] = found.slice(0, MAX_DIALLED);
    // node:net would fail on an empty answer with an error that has no code.
    if (first === undefined) throw new DnsFailedError('ENODATA');
    return [first, ...others];
  };
  return (hostname, options, callback) => {
    resolveAllowed(hostname).then(
      (found) => (options.all === true ? callback(null, found) : callback(null, found[0].address, found[0].family)),
      (error: Error) => callback(error, []),
    );
  };
}

function firstBlocked(hostname: string, found: LookupAddress[], addresses: AddressPolicy): SsrfBlockedError | null {
  for (const { address } of found) {
    const description = addresses.explain(address);
    if (description !== null) return new SsrfBlockedError(hostname, address, description);
  }
  return null;
}
