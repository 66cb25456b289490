import { createHmac, randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import { createHistogram, type DurationSummary } from '../measuring/histogram.js';

export interface PostLoopSpec {
  urls: string[];
  callers: number;
  seconds: number;
}

export interface PostLoopResult {
  per_second: number;
  took: DurationSummary;
}

const BODY_BYTES = 1_024;
const TIMEOUT_MS = 10_000;

/**
 * What is left of a delivery when there is no product around it: one Agent, a body of 1 KB, a signature over it, and a
 * deadline. No way of delivering webhooks from one Node process can be faster than this loop.
 */
export async function runPostLoop({ urls, callers, seconds }: PostLoopSpec): Promise<PostLoopResult> {
  const agent = new Agent();
  const secret = randomBytes(32);
  const body = JSON.stringify({ filler: 'x'.repeat(BODY_BYTES - '{"filler":""}'.length) });
  const took = createHistogram();
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  let sent = 0;
  const caller = async () => {
    while (performance.now() < endsAt) {
      const id = `raw_${(sent += 1)}`;
      const begunAt = performance.now();
      await post(urls[sent % urls.length] as string, { id, body, secret, agent });
      took.add(performance.now() - begunAt);
    }
  };
  try {
    await Promise.all(Array.from({ length: callers }, caller));
    const summary = took.summary();
    return { per_second: summary.count / ((performance.now() - startedAt) / 1_000), took: summary };
  } finally {
    await agent.destroy();
  }
}

async function post(
  url: string,
  { id, body, secret, agent }: { id: string; body: string; secret: Buffer; agent: Agent },
): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    },
    body,
    dispatcher: agent,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body.text();
}
