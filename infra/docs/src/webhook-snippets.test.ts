import { standardSignature } from '@switchboard/shared';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readText, REPOSITORY } from './repository.js';
import { namedBlock } from './testing/markdown.js';
import { hasInterpreter, runSnippet, type ReceivedWebhook, type SnippetLanguage } from './testing/snippet-run.js';

interface Vector {
  name: string;
  id: string;
  timestamp: number;
  secret: string;
  body: string;
  webhook_signature: string;
  simple_signature: string;
}

interface Promised {
  promise: string;
  webhook: ReceivedWebhook;
  accepted: boolean;
}

const DOCUMENT = 'docs/webhooks.md';
const { cases: vectors } = JSON.parse(
  readFileSync(path.join(REPOSITORY, '../shared/vectors/signatures.json'), 'utf8'),
) as { cases: [Vector, ...Vector[]] };
const [anyVector] = vectors;

const OTHER_SECRET = 'whsec_b3RoZXItc2VjcmV0LW9mLXRoaXJ0eS10d28tYnl0ZXM=';
const FIVE_MINUTES = 300;

function received(vector: Vector, changes: Partial<ReceivedWebhook> = {}): ReceivedWebhook {
  const { secret, body, timestamp } = vector;
  return { secret, body, now: timestamp, simple: null, headers: headersOf(vector), ...changes };
}

function headersOf(vector: Vector, changes: Record<string, string> = {}): Record<string, string> {
  return {
    'webhook-id': vector.id,
    'webhook-timestamp': String(vector.timestamp),
    'webhook-signature': vector.webhook_signature,
    ...changes,
  };
}

function withSignatures(signatures: string): ReceivedWebhook {
  return received(anyVector, { headers: headersOf(anyVector, { 'webhook-signature': signatures }) });
}

function without(header: string): ReceivedWebhook {
  const headers = Object.fromEntries(Object.entries(headersOf(anyVector)).filter(([name]) => name !== header));
  return received(anyVector, { headers });
}

const otherSignature = standardSignature(OTHER_SECRET, anyVector.id, anyVector.timestamp, Buffer.from(anyVector.body));

const STANDARD: Promised[] = [
  ...vectors.map((vector) => ({ promise: `takes ${vector.name}`, webhook: received(vector), accepted: true })),
  ...vectors.map((vector) => ({
    promise: `refuses ${vector.name}, tampered with`,
    webhook: received(vector, { body: vector.body.replace('"', "'") }),
    accepted: false,
  })),
  { promise: 'refuses another secret', webhook: received(anyVector, { secret: OTHER_SECRET }), accepted: false },
  {
    promise: 'refuses everything where no secret is set',
    webhook: received(anyVector, { secret: '' }),
    accepted: false,
  },
  {
    promise: 'takes a timestamp of just five minutes ago',
    webhook: received(anyVector, { now: anyVector.timestamp + FIVE_MINUTES }),
    accepted: true,
  },
  {
    promise: 'refuses an older timestamp',
    webhook: received(anyVector, { now: anyVector.timestamp + FIVE_MINUTES + 1 }),
    accepted: false,
  },
  {
    promise: 'refuses a timestamp further in the future',
    webhook: received(anyVector, { now: anyVector.timestamp - FIVE_MINUTES - 1 }),
    accepted: false,
  },
  {
    promise: 'refuses another timestamp than the signed one',
    webhook: received(anyVector, {
      headers: headersOf(anyVector, { 'webhook-timestamp': `${anyVector.timestamp + 1}` }),
    }),
    accepted: false,
  },
  {
    promise: 'refuses a timestamp that is no number',
    webhook: received(anyVector, { headers: headersOf(anyVector, { 'webhook-timestamp': 'now' }) }),
    accepted: false,
  },
  {
    promise: 'takes the second of two signatures, as during a rotation',
    webhook: withSignatures(`${otherSignature} ${anyVector.webhook_signature}`),
    accepted: true,
  },
  {
    promise: 'takes the first of two signatures, as during a rotation',
    webhook: withSignatures(`${anyVector.webhook_signature} ${otherSignature}`),
    accepted: true,
  },
  {
    promise: 'refuses two signatures of others',
    webhook: withSignatures(`${otherSignature} v1,AAAA`),
    accepted: false,
  },
  {
    promise: 'passes over versions that it does not know',
    webhook: withSignatures(anyVector.webhook_signature.replace('v1,', 'v1a,')),
    accepted: false,
  },
  {
    promise: 'refuses a signature that is cut short',
    webhook: withSignatures(anyVector.webhook_signature.slice(0, -4)),
    accepted: false,
  },
  { promise: 'refuses an empty signature', webhook: withSignatures(''), accepted: false },
  { promise: 'refuses a webhook without its id', webhook: without('webhook-id'), accepted: false },
  { promise: 'refuses a webhook without its timestamp', webhook: without('webhook-timestamp'), accepted: false },
  { promise: 'refuses a webhook without its signature', webhook: without('webhook-signature'), accepted: false },
];

const SIMPLE: Promised[] = [
  ...vectors.map((vector) => ({
    promise: `takes the simple header of ${vector.name}`,
    webhook: received(vector, { simple: vector.simple_signature }),
    accepted: true,
  })),
  {
    promise: 'refuses the simple header of a body that was tampered with',
    webhook: received(anyVector, { simple: anyVector.simple_signature, body: `${anyVector.body} ` }),
    accepted: false,
  },
  {
    promise: 'refuses the simple header of another secret',
    webhook: received(anyVector, { simple: anyVector.simple_signature, secret: OTHER_SECRET }),
    accepted: false,
  },
  {
    promise: 'refuses a simple header where no secret is set',
    webhook: received(anyVector, { simple: anyVector.simple_signature, secret: '' }),
    accepted: false,
  },
  {
    promise: 'refuses a simple header that is something else',
    webhook: received(anyVector, { simple: 'sha256=' }),
    accepted: false,
  },
];

const LANGUAGES: SnippetLanguage[] = [
  {
    title: 'Node',
    block: 'verify-webhook.mjs',
    receiver: ['main.mjs'],
    command: [process.execPath, 'main.mjs', 'verify-webhook.mjs'],
    probe: [process.execPath, '--version'],
  },
  {
    title: 'Python',
    block: 'verify_webhook.py',
    receiver: ['main.py'],
    command: ['python3', 'main.py'],
    probe: ['python3', '--version'],
  },
  {
    title: 'PHP',
    block: 'verify_webhook.php',
    receiver: ['main.php'],
    command: ['php', 'main.php'],
    probe: ['php', '--version'],
  },
  {
    title: 'Go',
    block: 'verify.go',
    placedAt: 'webhook/verify.go',
    receiver: ['main.go', 'go.mod'],
    command: ['go', 'run', '.'],
    probe: ['go', 'version'],
  },
  {
    title: 'Ruby',
    block: 'verify_webhook.rb',
    receiver: ['main.rb'],
    command: ['ruby', 'main.rb'],
    probe: ['ruby', '--version'],
  },
];

/** Go compiles its standard library on a machine where it has never run. */
const FIRST_RUN_TIMEOUT_MS = 180_000;

describe.each(LANGUAGES)(`the $title snippet of ${DOCUMENT}`, (language) => {
  if (!hasInterpreter(language)) {
    it.skip(`was not run: ${language.probe[0]} is not on this machine`, () => undefined);
    return;
  }
  const promises = [...STANDARD, ...SIMPLE];
  let answers: Map<Promised, boolean | undefined>;

  beforeAll(async () => {
    const { code } = namedBlock(readText(DOCUMENT), language.block);
    const said = await runSnippet(
      language,
      code,
      promises.map(({ webhook }) => webhook),
    );
    answers = new Map(promises.map((promised, index) => [promised, said[index]]));
  }, FIRST_RUN_TIMEOUT_MS);

  it.each(promises)('$promise', (promised) => {
    expect(answers.get(promised)).toBe(promised.accepted);
  });
});

describe(`the snippet of ${DOCUMENT} with the published library`, () => {
  it('takes what Switchboard signs now, and refuses it tampered with', async () => {
    const now = Math.floor(Date.now() / 1_000);
    const fresh = vectors.map((vector) => {
      const webhook_signature = standardSignature(vector.secret, vector.id, now, Buffer.from(vector.body));
      return received({ ...vector, timestamp: now, webhook_signature });
    });
    const tampered = fresh.map((webhook) => ({ ...webhook, body: `${webhook.body} ` }));
    const language: SnippetLanguage = {
      title: 'Node with standardwebhooks',
      block: 'with-library.mjs',
      receiver: ['with-library-main.mjs'],
      command: [process.execPath, 'with-library-main.mjs', 'with-library.mjs'],
      probe: [process.execPath, '--version'],
    };
    const { code } = namedBlock(readText(DOCUMENT), language.block);
    const said = await runSnippet(language, code, [...fresh, ...tampered]);
    expect(said).toEqual([...fresh.map(() => true), ...tampered.map(() => false)]);
  });
});
