// Puts each case on standard input to the snippet of docs/webhooks.md and prints what it said of them.
import { readFileSync } from 'node:fs';

// The snippet stands beside this file only while the test runs.
const { verifySimple, verifyWebhook } = await import(`./${process.argv[2]}`);

const cases = JSON.parse(readFileSync(0, 'utf8'));
const answers = cases.map(({ secret, headers, simple, body, now }) => {
  const bytes = Buffer.from(body, 'utf8');
  return simple === null ? verifyWebhook(secret, headers, bytes, now) : verifySimple(secret, simple, bytes);
});
console.log(JSON.stringify(answers));
