// As main.mjs, for the snippet that uses the published library, which throws where it refuses and tells the time itself.
import { readFileSync } from 'node:fs';

// The snippet stands beside this file only while the test runs.
const { readWebhook } = await import(`./${process.argv[2]}`);

function isAccepted({ secret, headers, body }) {
  try {
    readWebhook(secret, headers, body);
    return true;
  } catch {
    return false;
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(isAccepted)));
