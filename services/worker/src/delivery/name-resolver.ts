import { promises as dns, type LookupAddress } from 'node:dns';
import { setTimeout as wait } from 'node:timers/promises';

/** All addresses of a host name, IPv4 first. @throws DnsFailedError */
export type NameResolver = (hostname: string) => Promise<LookupAddress[]>;

/** A name without an address. `reason` is the resolver's code; a plain ECONNREFUSED would pass for the receiver's. */
export class DnsFailedError extends Error {
  override readonly name = 'DnsFailedError';
  readonly code = 'dns_failed';

  constructor(readonly reason: string) {
    super(`The host name could not be resolved (${reason}).`);
  }
}

export interface NameResolverOptions {
  /** `ip[:port]` each; empty: the machine's own. */
  servers: readonly string[];
  /**
   * Whether names that DNS does not know are looked up as the machine itself does, hosts file included, and localhost
   * only there. For development: `dns.lookup` keeps one of the process's four threads for as long as it takes.
   */
  fallsBackToMachine: boolean;
}

const TRY_TIMEOUT_MS = 2_000;
const TRIES = 2;
/** Once one family is known, the other is waited for no longer: some name servers never answer a question for AAAA. */
const SECOND_FAMILY_MS = 300;

/**
 * Resolves through c-ares, which waits on sockets: a tenant's name server that never answers holds up nobody else,
 * where `dns.lookup` would have every name wait for a free thread. Questions for the same name are asked once while
 * they are under way; nothing is kept after that.
 */
export function createNameResolver({ servers, fallsBackToMachine }: NameResolverOptions): NameResolver {
  const underWay = new Map<string, Promise<LookupAddress[]>>();
  const resolve = async (hostname: string): Promise<LookupAddress[]> => {
    if (fallsBackToMachine && isLocalhost(hostname)) return lookUpOnMachine(hostname);
    try {
      return await askDns(servers, hostname);
    } catch (error) {
      // Not after a time-out: the machine would ask the same servers, and wait on a thread this time.
      if (!fallsBackToMachine || (error as DnsFailedError).reason === dns.TIMEOUT) throw error;
      return lookUpOnMachine(hostname);
    }
  };
  return (hostname) => {
    const sooner = underWay.get(hostname);
    if (sooner) return sooner;
    const answer = resolve(hostname).finally(() => underWay.delete(hostname));
    underWay.set(hostname, answer);
    return answer;
  };
}

/** @returns whether each is an address that a resolver can be told, with a port or without */
export function areNameServers(servers: readonly string[]): boolean {
  try {
    new dns.Resolver().setServers(servers);
    return true;
  } catch {
    return false;
  }
}

async function askDns(servers: readonly string[], hostname: string): Promise<LookupAddress[]> {
  // One for each name: a resolver that is kept learns from the quick names how long to wait, and then gives up on the
  // slow ones of others. It costs 0.1 ms, for new connections only.
  const resolver = new dns.Resolver({ timeout: TRY_TIMEOUT_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  const found: LookupAddress[][] = [[], []];
  const keep = (index: number, family: 4 | 6) => (addresses: string[]) => {
    found[index] = addresses.map((address) => ({ address, family }));
  };
  const families = [resolver.resolve4(hostname).then(keep(0, 4)), resolver.resolve6(hostname).then(keep(1, 6))];
  const all = Promise.allSettled(families);
  try {
    await Promise.any(families);
  } catch (thrown) {
    throw new DnsFailedError(reasonOf((thrown as AggregateError).errors as NodeJS.ErrnoException[]));
  }
  await Promise.race([all, wait(SECOND_FAMILY_MS, undefined, { ref: false })]);
  const addresses = found.flat();
  resolver.cancel();
  if (addresses.length === 0) throw new DnsFailedError(dns.NODATA);
  return addresses;
}

async function lookUpOnMachine(hostname: string): Promise<LookupAddress[]> {
  try {
    return await dns.lookup(hostname, { all: true, order: 'ipv4first' });
  } catch (error) {
    throw new DnsFailedError(reasonOf([error as NodeJS.ErrnoException]));
  }
}

/** The more telling of two: that a name has no IPv6 address says little where the question for IPv4 timed out. */
function reasonOf(errors: readonly NodeJS.ErrnoException[]): string {
  const codes = errors.map((error) => error.code ?? 'EUNKNOWN');
  return codes.find((code) => code !== dns.NODATA) ?? dns.NODATA;
}

function isLocalhost(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}
