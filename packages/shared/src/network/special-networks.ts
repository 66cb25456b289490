/**
 * Where no webhook goes: a CIDR, and what an address in it is, as a phrase for people. The first match names the
 * address, so special cases stand before the network that holds them.
 *
 * Origin: the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and later additions), the multicast and
 * reserved blocks of the address space registries, and the metadata addresses that cloud providers document. Blocks
 * that the registries call globally reachable but that only hold protocol machinery (AS112 sinks, AMT and 6to4
 * relays, ORCHIDs) are in the list as well: nobody receives webhooks there.
 */
export type SpecialNetwork = readonly [cidr: string, description: string];

export const SPECIAL_IPV4_NETWORKS: readonly SpecialNetwork[] = [
  ['0.0.0.0/8', 'an unspecified address'],
  ['10.0.0.0/8', 'a private address'],
  // Alibaba Cloud.
  ['100.100.100.200/32', 'a cloud metadata address'],
  ['100.64.0.0/10', 'a carrier-grade NAT address'],
  ['127.0.0.0/8', 'a loopback address'],
  // Azure's host agent and DHCP, the one metadata address inside public space.
  ['168.63.129.16/32', 'a cloud metadata address'],
  // AWS, Google Cloud, Azure, DigitalOcean, Oracle and others.
  ['169.254.169.254/32', 'a cloud metadata address'],
  ['169.254.0.0/16', 'a link-local address'],
  ['172.16.0.0/12', 'a private address'],
  ['192.0.0.0/24', 'an address reserved for protocol assignments'],
  ['192.0.2.0/24', 'a documentation address'],
  ['192.31.196.0/24', 'an AS112 sink address'],
  ['192.52.193.0/24', 'an AMT relay address'],
  ['192.88.99.0/24', 'a 6to4 relay address'],
  ['192.168.0.0/16', 'a private address'],
  ['192.175.48.0/24', 'an AS112 sink address'],
  ['198.18.0.0/15', 'a benchmarking address'],
  ['198.51.100.0/24', 'a documentation address'],
  ['203.0.113.0/24', 'a documentation address'],
  ['224.0.0.0/4', 'a multicast address'],
  ['255.255.255.255/32', 'a broadcast address'],
  ['240.0.0.0/4', 'a reserved address'],
];

export const SPECIAL_IPV6_NETWORKS: readonly SpecialNetwork[] = [
  ['::/128', 'an unspecified address'],
  ['::1/128', 'a loopback address'],
  ['::/96', 'an IPv4-compatible address'],
  ['::ffff:0:0/96', 'an IPv4-mapped address'],
  ['::ffff:0:0:0/96', 'an IPv4-translated address'],
  ['64:ff9b::/96', 'a NAT64 address'],
  ['64:ff9b:1::/48', 'a NAT64 address'],
  ['100::/64', 'a discard-only address'],
  ['100:0:0:1::/64', 'a dummy address'],
  ['2001::/32', 'a Teredo address'],
  ['2001:2::/48', 'a benchmarking address'],
  ['2001:10::/28', 'a cryptographic hash identifier (ORCHID)'],
  ['2001:20::/28', 'a cryptographic hash identifier (ORCHID)'],
  ['2001::/23', 'an address reserved for protocol assignments'],
  ['2001:db8::/32', 'a documentation address'],
  ['2002::/16', 'a 6to4 address'],
  ['2620:4f:8000::/48', 'an AS112 sink address'],
  ['3fff::/20', 'a documentation address'],
  ['5f00::/16', 'a segment-routing identifier'],
  // AWS; Google Cloud.
  ['fd00:ec2::254/128', 'a cloud metadata address'],
  ['fd20:ce::254/128', 'a cloud metadata address'],
  ['fc00::/7', 'a unique local address'],
  ['fe80::/10', 'a link-local address'],
  ['fec0::/10', 'a site-local address'],
  ['ff00::/8', 'a multicast address'],
];

/** All that IANA has ever handed out as global unicast; what lies outside is not routed, whether it has a name or not. */
export const GLOBAL_UNICAST_IPV6 = '2000::/3';
