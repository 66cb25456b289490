import { publish } from '../load.js';
import type { Certificates } from '../outside/certificates.js';
import type { Scenario } from '../scenario.js';
import type { FaultStack } from '../stack/fault-stack.js';
import { waitFor } from '../wait-for.js';
import { errorCounts, untilFailed } from './steps.js';

const EVENTS = 3;

/** Publishes, sees every attempt at `load` fail before one byte was sent, and that the other endpoint noticed nothing. */
async function failsBeforeSending(stack: FaultStack, codes: readonly string[]): Promise<void> {
  const { load, everything } = stack.receivers;
  await publish(stack, EVENTS);
  await waitFor('the other endpoint has everything', () => everything.posts.length === EVENTS);
  await untilFailed(stack, codes, EVENTS);
  if (load.posts.length > 0) throw new Error(`${load.posts.length} POSTs were sent all the same.`);
}

type WrongCertificate = Exclude<keyof Certificates, 'trustFile' | 'valid'>;

/** The other endpoint's deliveries arrive before the first attempt at `load` has even given up. */
async function othersAreFirst(stack: FaultStack): Promise<void> {
  const { everything } = stack.receivers;
  await publish(stack, 50);
  await waitFor('the other endpoint has everything', () => everything.posts.length === 50);
  const failed = Object.keys(await errorCounts(stack.database));
  if (failed.length > 0) throw new Error('The other endpoint’s deliveries had to wait.');
}

function showsCertificate(kind: WrongCertificate, row: string, { isLong = false } = {}): Scenario {
  return {
    row,
    isLong,
    name: `${row}: nothing is sent, and with a valid one everything arrives`,
    setup: { loadReachedBy: 'https' },
    fault: async (stack) => {
      stack.receivers.load.showCertificate(stack.certificates[kind]);
      await failsBeforeSending(stack, ['tls_invalid']);
      stack.receivers.load.showCertificate(stack.certificates.valid);
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  };
}

export const NETWORK_FAULTS: Scenario[] = [
  showsCertificate('expired', 'TLS certificate expired'),
  showsCertificate('selfSigned', 'TLS certificate self-signed', { isLong: true }),
  showsCertificate('wrongHost', 'TLS certificate of another host', { isLong: true }),
  {
    row: 'DNS says NXDOMAIN',
    name: 'a name that its name server does not know: attempts fail, and with the name everything arrives',
    setup: { loadReachedBy: 'name' },
    fault: async (stack) => {
      stack.names.answerWith('nxdomain');
      await failsBeforeSending(stack, ['dns_failed']);
      stack.names.answerWith({ address: '127.0.0.1' });
    },
    bounds: { settledWithinMs: 15_000, duplicates: 0 },
  },
  {
    row: 'DNS never answers',
    name: 'a name server that never answers holds up its own domain’s deliveries and nobody else’s',
    // Questions under way are shared, and the last of them gives up after 4 s; the breaker may pause the endpoint then.
    isLong: true,
    setup: { loadReachedBy: 'name', worker: { DELIVERY_TIMEOUT: '3s' } },
    fault: async (stack) => {
      stack.names.answerWith('silence');
      await othersAreFirst(stack);
      await untilFailed(stack, ['dns_failed', 'timeout'], EVENTS);
      if (stack.names.questionCount() === 0) throw new Error('The name server was never asked.');
      stack.names.answerWith({ address: '127.0.0.1' });
    },
    bounds: { settledWithinMs: 30_000, duplicates: 0 },
  },
];
