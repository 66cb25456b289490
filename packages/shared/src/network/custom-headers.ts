import type { ErrorDetail } from '../errors/app-error.js';

const MAX_HEADERS = 20;
/** As on the wire: name, value, and the four characters `: ` and CR LF. */
const MAX_HEADER_BYTES = 8 * 1024;
const WIRE_OVERHEAD_BYTES = 4;

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable ASCII and spaces. Other characters have no one encoding in a header, control characters end it. */
const VALUE = /^[\x20-\x7e]*$/;

/** What frames the message, describes its body, or is decided by the delivery itself. */
const RESERVED_NAMES = new Set([
  ...['host', 'connection', 'keep-alive', 'upgrade', 'http2-settings', 'te', 'trailer', 'transfer-encoding', 'expect'],
  // Compressed answers are not asked for: their size is unknown until they are unpacked.
  ...['accept-encoding', 'user-agent', 'date', 'via', 'forwarded', 'x-real-ip', 'max-forwards'],
  // A cloud's metadata service answers only those who send its header: an SSRF that got through everything else ends here.
  ...['metadata', 'metadata-flavor', 'x-google-metadata-request'],
  // A plain object would take this one as its prototype and lose it without a word.
  '__proto__',
]);
const RESERVED_PREFIXES = ['content-', 'proxy-', 'x-forwarded-', 'webhook-', 'x-aws-ec2-metadata-'];

const DUPLICATE = 'The header is given twice; upper and lower case make no difference.';

/**
 * Checks the headers a tenant adds to its webhooks; `brand` reserves `X-<Brand>-*`.
 * @returns what is wrong, one entry a problem with the path `headers.<name>` (`headers` for all together); empty if nothing
 */
export function checkCustomHeaders(headers: Record<string, string>, brand: string): ErrorDetail[] {
  const entries = Object.entries(headers);
  const brandPrefix = `x-${brand.toLowerCase()}-`;
  const seen = new Set<string>();
  const problems = checkTogether(entries);
  for (const [name, value] of entries) {
    const lowerName = name.toLowerCase();
    const message =
      nameProblem(lowerName, brandPrefix) ?? (seen.has(lowerName) ? DUPLICATE : null) ?? valueProblem(value);
    if (message !== null) problems.push({ path: `headers.${name}`, message });
    seen.add(lowerName);
  }
  return problems;
}

function checkTogether(entries: [string, string][]): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  if (entries.length > MAX_HEADERS) {
    problems.push({ path: 'headers', message: `At most ${MAX_HEADERS} headers are allowed.` });
  }
  const totalBytes = entries.reduce((sum, [name, value]) => sum + name.length + value.length + WIRE_OVERHEAD_BYTES, 0);
  if (totalBytes > MAX_HEADER_BYTES) {
    problems.push({ path: 'headers', message: `The headers are larger than ${MAX_HEADER_BYTES} bytes together.` });
  }
  return problems;
}

function nameProblem(lowerName: string, brandPrefix: string): string | null {
  if (!TOKEN.test(lowerName)) return 'The name is not a valid HTTP header name.';
  const isReserved =
    RESERVED_NAMES.has(lowerName) ||
    lowerName.startsWith(brandPrefix) ||
    RESERVED_PREFIXES.some((prefix) => lowerName.startsWith(prefix));
  return isReserved ? 'The header is set by the delivery itself or not allowed in webhooks.' : null;
}

function valueProblem(value: string): string | null {
  if (!VALUE.test(value)) return 'The value must be printable ASCII without line breaks or control characters.';
  if (value.trim() !== value) return 'The value must not begin or end with a space.';
  return null;
}
