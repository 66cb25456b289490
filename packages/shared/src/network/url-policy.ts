import type { AddressPolicy } from './address-policy.js';
import { hostNameProblem } from './host-name-policy.js';
import { parseAddress } from './ip-network.js';
import { isPortAllowed } from './port-policy.js';

export interface UrlPolicy {
  addresses: AddressPolicy;
  allowHttp: boolean;
}

/** `url` is the normalised form to keep and to dial; `reason` is a sentence for the tenant and never repeats path or query. */
export type UrlCheck = { ok: true; url: string } | { ok: false; reason: string };

const MAX_URL_LENGTH = 2_048;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const AUTHORITY = /^https?:\/\/([^/?#]*)/i;
const HOST_AND_PORT = /^(?<host>\[[0-9a-f:.]+\]|[^:[\]]+)(?::(?<port>[^:]*))?$/i;
/** White space, control and invisible format characters, surrogates and private use: a parser drops or rewrites some of them. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}]/u;
const DECIMAL_PORT = /^[1-9]\d{0,4}$/;
const ASCII = /^\p{ASCII}*$/u;

/**
 * Whether webhooks may be sent to a URL: decided on the text as it was given, because parsers repair what is wrong
 * with it (backslashes, tabs, `http:host`, numbers as addresses) and attackers live on what two parsers repair
 * differently. A fragment is refused, not dropped: it is never sent, so whoever wrote one expects what will not happen.
 * What is accepted is accepted again in its normalised form. Names are not resolved here; that is the guarded lookup's.
 */
export function checkWebhookUrl(raw: string, policy: UrlPolicy): UrlCheck {
  const reason = textProblem(raw) ?? schemeProblem(raw, policy.allowHttp) ?? authorityProblem(raw);
  if (reason !== null) return { ok: false, reason };
  const parsed = parse(raw);
  if (parsed === null) return { ok: false, reason: 'The URL is not valid; its host cannot be read.' };
  const problem =
    hostProblem(hostAndPort(raw)?.host ?? '', parsed.hostname, policy.addresses) ?? normalisedProblem(parsed);
  return problem === null ? { ok: true, url: parsed.href } : { ok: false, reason: problem };
}

function textProblem(raw: string): string | null {
  if (raw === '') return 'The URL is empty.';
  if (raw.length > MAX_URL_LENGTH) return `The URL is longer than ${MAX_URL_LENGTH} characters.`;
  if (INVISIBLE.test(raw)) return 'The URL contains white space, control or invisible characters; percent-encode them.';
  if (raw.includes('\\')) return 'The URL contains a backslash; use /, or %5C in a path or query.';
  if (raw.includes('#')) return 'The URL has a fragment (#...), which is never sent; leave it out.';
  return null;
}

function schemeProblem(raw: string, allowHttp: boolean): string | null {
  const scheme = SCHEME.exec(raw)?.[1]?.toLowerCase();
  if (scheme !== 'https' && scheme !== 'http') return 'The URL must start with https://.';
  if (scheme === 'http' && !allowHttp) return 'The URL must start with https://; plain http is not allowed.';
  return null;
}

function authorityProblem(raw: string): string | null {
  const authority = AUTHORITY.exec(raw)?.[1];
  if (authority === undefined || authority === '') return 'The URL must have // and a host after its scheme.';
  if (authority.includes('@')) return 'The URL must not contain a user name or password; use a custom header.';
  if (authority.includes('%')) return 'The host must not be percent-encoded or have a zone id.';
  const parts = hostAndPort(raw);
  if (parts === null) return 'The URL is not valid; its host and port cannot be read.';
  if (parts.port !== undefined && !DECIMAL_PORT.test(parts.port)) return 'The port must be a number from 1 to 65535.';
  const port = Number(parts.port ?? 443);
  if (port > 65_535) return 'The port must be a number from 1 to 65535.';
  if (!isPortAllowed(port)) {
    return `Port ${port} is not open to webhooks: use 80, 443, or one from 1024 on that no well-known service uses.`;
  }
  return null;
}

/** The host as it was written, against the host the parser made of it, which is the one that would be dialled. */
function hostProblem(written: string, parsed: string, addresses: AddressPolicy): string | null {
  const isBracketed = written.startsWith('[');
  if (!isBracketed && !isHostAsWritten(written, parsed)) {
    return 'The host is written in an ambiguous form; write a DNS name, or an IP address as four decimal numbers.';
  }
  const literal = isBracketed ? parsed.slice(1, -1) : parsed;
  if (parseAddress(literal) === null) return hostNameProblem(parsed, addresses);
  const description = addresses.explain(literal);
  return description === null ? null : `The host is ${description}; webhooks are not sent there.`;
}

/**
 * The parser may change the case of a label or encode an international one as `xn--`, and nothing else: so neither
 * `0x7f.1`, nor fullwidth or circled digits, nor an ideographic full stop can become another host than the one written.
 */
function isHostAsWritten(written: string, parsed: string): boolean {
  const labels = written.split('.');
  const parsedLabels = parsed.split('.');
  if (labels.length !== parsedLabels.length) return false;
  return labels.every((label, index) => {
    const parsedLabel = parsedLabels[index] ?? '';
    return ASCII.test(label) ? parsedLabel === label.toLowerCase() : parsedLabel.startsWith('xn--');
  });
}

/** Percent-encoding makes a URL longer, and what is kept has to pass this check again when it is used. */
function normalisedProblem(parsed: URL): string | null {
  return parsed.href.length > MAX_URL_LENGTH
    ? `The URL is longer than ${MAX_URL_LENGTH} characters when encoded.`
    : null;
}

function hostAndPort(raw: string): { host: string; port: string | undefined } | null {
  const groups = HOST_AND_PORT.exec(AUTHORITY.exec(raw)?.[1] ?? '')?.groups;
  return groups?.host === undefined ? null : { host: groups.host, port: groups.port };
}

function parse(raw: string): URL | null {
  try {
    return new URL(raw);
  } catch {
    return null;
  }
}
