import { expect, it } from '@jest/globals';
import { generateWebhookSecret, simpleSignature, standardSignature } from '@switchboard/shared';
import type { ReceivedPost } from '../receiver.js';
import { signatureProblem } from './signatures.js';

const SECRET = generateWebhookSecret();
const BODY = Buffer.from('{"event":"load.made"}');

function post({ signedWith = SECRET, sentSecondsAgo = 0, body = BODY } = {}): ReceivedPost {
  const now = Date.now();
  const timestamp = Math.floor(now / 1_000) - sentSecondsAgo;
  return {
    received_at_ms: now,
    path: '/hook',
    body,
    headers: {
      'webhook-id': 'evt_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': standardSignature(signedWith, 'evt_1', timestamp, BODY),
      'x-switchboard-signature': simpleSignature(signedWith, BODY),
    },
  };
}

it('takes a POST that is signed with any secret the receiver knows', () => {
  expect(signatureProblem(post(), [generateWebhookSecret(), SECRET])).toBeNull();
});

it.each([
  ['signed with a secret that nobody gave it', post({ signedWith: generateWebhookSecret() }), /webhook-signature/],
  ['whose body is not what was signed', post({ body: Buffer.from('{}') }), /webhook-signature/],
  ['whose timestamp is six minutes old', post({ sentSecondsAgo: 360 }), /timestamp/],
  ['whose timestamp is six minutes ahead', post({ sentSecondsAgo: -360 }), /timestamp/],
  ['without any of the headers', { ...post(), headers: {} }, /timestamp/],
])('refuses a POST %s', (_what, wrong, problem) => {
  expect(signatureProblem(wrong, [SECRET])).toMatch(problem);
});

it('asks for the simple signature as well', () => {
  const wrong = post();
  wrong.headers['x-switchboard-signature'] = simpleSignature(generateWebhookSecret(), BODY);
  expect(signatureProblem(wrong, [SECRET])).toMatch(/X-Switchboard-Signature/);
});
