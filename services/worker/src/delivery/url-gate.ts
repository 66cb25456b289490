import { checkWebhookUrl, type UrlPolicy } from '@switchboard/shared';

/** A URL that no longer passes the rule for webhooks. The reason may be shown to the tenant: it repeats no path or query. */
export class UrlRefusedError extends Error {
  override readonly name = 'UrlRefusedError';
  readonly code = 'ssrf_blocked';

  constructor(readonly reason: string) {
    super(`Webhooks are not sent to this URL. ${reason}`);
  }
}

/** A URL in the normalised form that was checked and is to be dialled, in the parts that a client needs. */
export interface Target {
  href: string;
  /** Scheme, host and port. */
  origin: string;
  /** With the query. */
  path: string;
}

/** @throws UrlRefusedError */
export type UrlGate = (url: string) => Target;

const KEPT_URLS = 10_000;

/**
 * The whole rule for URLs once more, just before the connection: a row may be older than the rule, older than a setting,
 * or written past the API. It is also the only check of literal addresses, for which no client calls a lookup. What has
 * passed is kept, because neither rule nor settings change while the process runs.
 */
export function createUrlGate(policy: UrlPolicy, keptUrls = KEPT_URLS): UrlGate {
  const passed = new Map<string, Target>();
  return (url) => {
    const known = passed.get(url);
    if (known !== undefined) return known;
    const check = checkWebhookUrl(url, policy);
    if (!check.ok) throw new UrlRefusedError(check.reason);
    if (passed.size >= keptUrls) passed.delete(passed.keys().next().value as string);
    const target = targetOf(check.url);
    passed.set(url, target);
    return target;
  };
}

function targetOf(href: string): Target {
  const { origin, pathname, search } = new URL(href);
  return { href, origin, path: pathname + search };
}
