import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressPolicy } from '@switchboard/shared';

/** Fits `connect.lookup` of an undici Agent and `lookup` of node:net and node:tls. */
export type GuardedLookup = LookupFunction;

/** `dns.lookup` with `all: true`, or a resolver of the same shape. */
export type ResolveAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

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

/**
 * Resolves a host and hands on exactly the addresses that were checked, so that a name cannot answer one address to
 * the check and another to the connection. One denied address refuses them all: an honest receiver has none, and
 * the connection would try each of them in turn.
 * Fails with SsrfBlockedError, or with what the resolver says.
 */
export function createGuardedLookup(addresses: AddressPolicy, resolveAll: ResolveAll = lookup): GuardedLookup {
  return (hostname, options, callback) => {
    resolveAll(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const blocked = firstBlocked(hostname, found, addresses);
      if (blocked !== null) return callback(blocked, []);
      const [first] = found;
      if (first === undefined) return callback(noAddressFound(hostname), []);
      if (options.all === true) return callback(null, found);
      callback(null, first.address, first.family);
    });
  };
}

/**
 * The same check for a host that is an IP literal, for which no client ever calls a lookup.
 * @param hostname of a parsed URL, IPv6 with or without brackets; a name passes, as its lookup is guarded
 * @throws SsrfBlockedError
 */
export function assertLiteralAllowed(hostname: string, addresses: AddressPolicy): void {
  const literal = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
  if (isIP(literal) === 0) return;
  const description = addresses.explain(literal);
  if (description !== null) throw new SsrfBlockedError(hostname, literal, description);
}

function firstBlocked(hostname: string, found: LookupAddress[], addresses: AddressPolicy): SsrfBlockedError | null {
  for (const { address } of found) {
    const description = addresses.explain(address);
    if (description !== null) return new SsrfBlockedError(hostname, address, description);
  }
  return null;
}

/** node:net would fail on an empty answer with an error that has no code. */
function noAddressFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND', hostname });
}
