import type { AddressPolicy } from './address-policy.js';

/**
 * Name spaces that only mean something inside a network: reserved for that (RFC 6761, 6762 with its appendix G, 8375,
 * and ICANN's .internal), or the habit of a service registry (Kubernetes, Consul). The address is checked again at
 * every connection; refusing the name already here tells the tenant at once.
 */
const INTERNAL_SUFFIXES = 'local localdomain internal intranet private corp home lan home.arpa svc consul'.split(' ');

/** Metadata services with a public-looking name: Google Cloud, Tencent Cloud, Equinix Metal. */
const METADATA_HOSTS = [
  'metadata.goog',
  'metadata.tencentyun.com',
  'metadata.platformequinix.com',
  'metadata.packet.net',
];

const MAX_HOST_NAME_LENGTH = 253;
/** RFC 1123, with the underscore that DNS allows and some receivers' names have. */
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** @param host a lower-case ASCII host name, not an IP literal. @returns why no webhook is sent there, or null */
export function hostNameProblem(host: string, addresses: AddressPolicy): string | null {
  if (host.endsWith('.')) return 'The host must not end with a dot.';
  const labels = host.split('.');
  if (host.length > MAX_HOST_NAME_LENGTH || !labels.every((label) => LABEL.test(label))) {
    return 'The host is not a valid DNS name.';
  }
  if (isOrIsUnder(host, 'localhost')) {
    return addresses.isAllowed('127.0.0.1')
      ? null
      : 'The host localhost is this server itself; webhooks are not sent there.';
  }
  if (labels.length === 1) return 'The host must be a full DNS name with a dot, such as hooks.example.com.';
  const suffix = INTERNAL_SUFFIXES.find((internal) => isOrIsUnder(host, internal));
  if (suffix !== undefined)
    return `Host names under .${suffix} are internal to a network; webhooks are not sent there.`;
  if (METADATA_HOSTS.some((name) => isOrIsUnder(host, name))) {
    return 'The host is a cloud metadata service; webhooks are not sent there.';
  }
  return null;
}

function isOrIsUnder(host: string, parent: string): boolean {
  return host === parent || host.endsWith(`.${parent}`);
}
