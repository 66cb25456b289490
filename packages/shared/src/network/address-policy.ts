import { contains, mappedForm, parseAddress, parseNetwork, type AddressWords, type Network } from './ip-network.js';
import {
  GLOBAL_UNICAST_IPV6,
  SPECIAL_IPV4_NETWORKS,
  SPECIAL_IPV6_NETWORKS,
  type SpecialNetwork,
} from './special-networks.js';

/** Says which addresses webhooks may be sent to. Asked when an endpoint is saved and again for every connection. */
export interface AddressPolicy {
  /** @param ip an address without brackets; what is not a canonical address is never allowed */
  isAllowed(ip: string): boolean;
  /** @returns what the address is that webhooks are not sent to, as a phrase (`a loopback address`); null where allowed */
  explain(ip: string): string | null;
  /** Whether anything private is opened at all, as in development. */
  opensPrivateNetworks: boolean;
}

export interface AddressPolicyOptions {
  /**
   * CIDRs that are opened although they are private; each opens exactly itself, a metadata address in it included.
   * An IPv4 network is opened in its IPv4-mapped IPv6 form too, because that is the same destination.
   */
  allowedPrivateNetworks: string[];
}

interface NamedNetwork extends Network {
  description: string;
}

const SPECIAL_IPV4 = SPECIAL_IPV4_NETWORKS.map(named);
const SPECIAL_IPV6 = SPECIAL_IPV6_NETWORKS.map(named);
const GLOBAL_IPV6 = parseNetwork(GLOBAL_UNICAST_IPV6);

/**
 * Denies all but globally reachable unicast addresses. An IPv6 address that embeds an IPv4 one (mapped, compatible,
 * NAT64, 6to4, Teredo, ISATAP) is denied whatever it embeds: honest DNS never answers one for a public receiver.
 * Not recognisable, and so not denied: a NAT64 prefix of the operator's own (RFC 6052, section 2.2).
 * @throws Error that names the CIDR, when one of `allowedPrivateNetworks` is not a network
 */
export function createAddressPolicy({ allowedPrivateNetworks }: AddressPolicyOptions): AddressPolicy {
  const opened = allowedPrivateNetworks.map(parseNetwork).flatMap((network) => {
    const mapped = mappedForm(network);
    return mapped === null ? [network] : [network, mapped];
  });
  const explain = (ip: string): string | null => {
    const address = parseAddress(ip);
    if (address === null) return 'not an IP address in canonical form';
    const description = describeSpecial(address);
    if (description === null || opened.some((network) => contains(network, address))) return null;
    return description;
  };
  return { explain, isAllowed: (ip) => explain(ip) === null, opensPrivateNetworks: opened.length > 0 };
}

function describeSpecial(address: AddressWords): string | null {
  const isIpv4 = address.length === 2;
  for (const network of isIpv4 ? SPECIAL_IPV4 : SPECIAL_IPV6) {
    if (contains(network, address)) return network.description;
  }
  if (isIpv4) return null;
  if (!contains(GLOBAL_IPV6, address)) return 'outside the global unicast address space';
  return isIsatap(address) ? 'an ISATAP address' : null;
}

/** RFC 5214: the interface id `0:5efe:a.b.c.d` (or `200:5efe:`, with the universal bit) tunnels to that IPv4 address. */
function isIsatap(address: AddressWords): boolean {
  return ((address[4] as number) & 0xfcff) === 0 && address[5] === 0x5efe;
}

function named([cidr, description]: SpecialNetwork): NamedNetwork {
  return { ...parseNetwork(cidr), description };
}
