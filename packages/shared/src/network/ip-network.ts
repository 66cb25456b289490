import ipaddr from 'ipaddr.js';

/** An address as 16-bit words, most significant first: 2 words are IPv4, 8 words are IPv6. */
export type AddressWords = readonly number[];

export interface Network {
  words: AddressWords;
  /** One mask a word, up to the last one that the prefix reaches: most addresses differ in the first. */
  masks: readonly number[];
}

const WORD_BITS = 16;
const FULL_MASK = 0xffff;
const IPV4_WORDS = 2;
const MAPPED_PREFIX: AddressWords = [0, 0, 0, 0, 0, 0xffff];

/** Octal, hexadecimal and short forms (`0177.1`) mean different addresses to different parsers, so only this one is read. */
const DOTTED_DECIMAL = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** Reads an address without brackets. @returns null for everything that is not one, zone ids (`fe80::1%eth0`) among it */
export function parseAddress(ip: string): AddressWords | null {
  return ip.includes(':') ? parseIpv6(ip) : parseIpv4(ip);
}

/** Reads a CIDR such as `10.0.0.0/8`. @throws Error that names the CIDR and what is wrong with it */
export function parseNetwork(cidr: string): Network {
  const [address = '', prefix = '', ...rest] = cidr.split('/');
  const words = parseAddress(address);
  if (words === null || rest.length > 0) throw new Error(`"${cidr}" is not a network such as 10.0.0.0/8 or fd00::/8`);
  const addressBits = words.length * WORD_BITS;
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > addressBits) {
    throw new Error(`"${cidr}" needs a prefix length from /0 to /${addressBits}; one address is /${addressBits}`);
  }
  const network = networkOf(words, Number(prefix));
  // 10.1.2.3/8 is either a slip in the address or in the length, and one of the two opens far more than was meant.
  if (words.some((word, index) => (word & ~(network.masks[index] ?? 0)) !== 0)) {
    throw new Error(`"${cidr}" has bits set beyond its prefix; write the first address of the network`);
  }
  return network;
}

export function contains({ words, masks }: Network, address: AddressWords): boolean {
  if (words.length !== address.length) return false;
  for (let index = 0; index < masks.length; index++) {
    if ((((address[index] as number) ^ (words[index] as number)) & (masks[index] as number)) !== 0) return false;
  }
  return true;
}

/** The IPv4-mapped IPv6 form (`::ffff:10.0.0.0/104`) of an IPv4 network; null for an IPv6 network. */
export function mappedForm({ words, masks }: Network): Network | null {
  if (words.length !== IPV4_WORDS) return null;
  return { words: [...MAPPED_PREFIX, ...words], masks: [...MAPPED_PREFIX.map(() => FULL_MASK), ...masks] };
}

function networkOf(words: AddressWords, prefixBits: number): Network {
  const masks = words
    .map((_, index) => Math.min(Math.max(prefixBits - index * WORD_BITS, 0), WORD_BITS))
    .filter((bits) => bits > 0)
    .map((bits) => (FULL_MASK << (WORD_BITS - bits)) & FULL_MASK);
  return { words, masks };
}

function parseIpv4(ip: string): AddressWords | null {
  const match = DOTTED_DECIMAL.exec(ip);
  if (match === null) return null;
  const [a, b, c, d] = [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])];
  if (a > 255 || b > 255 || c > 255 || d > 255) return null;
  return [(a << 8) | b, (c << 8) | d];
}

function parseIpv6(ip: string): AddressWords | null {
  if (ip.includes('%')) return null;
  const hexadecimal = ip.includes('.') ? withoutDottedTail(ip) : ip;
  if (hexadecimal === null) return null;
  try {
    return ipaddr.IPv6.parse(hexadecimal).parts;
  } catch {
    return null;
  }
}

/** ipaddr.js reads `::ffff:010.0.0.1` leniently and `::127.0.0.1` as `::ffff:127.0.0.1`, so it is given no dotted tails. */
function withoutDottedTail(ip: string): string | null {
  const tailStart = ip.lastIndexOf(':') + 1;
  const tail = parseIpv4(ip.slice(tailStart));
  return tail === null ? null : ip.slice(0, tailStart) + tail.map((word) => word.toString(16)).join(':');
}
