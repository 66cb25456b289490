import { Failure } from '@switchboard/local/failure';
import { runCli } from '@switchboard/local/stack/product';
import type { FaultStack } from '../stack/fault-stack.js';
import { waitFor } from '../wait-for.js';
import { theWorker } from './steps.js';

interface Readiness {
  status: string;
  checks: { queue: string };
}

async function readinessOf(url: string): Promise<Readiness> {
  const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
  return (await answer.json()) as Readiness;
}

const servicesOf = (stack: FaultStack) => [
  { url: stack.apiUrls[0] as string, service: stack.api() },
  { url: theWorker(stack).url, service: theWorker(stack) },
];

/** Both services' readiness and log, and the doctor, say which setting is wrong. @throws Error naming who does not */
export async function expectRedisFoundWrong(stack: FaultStack, policy: string): Promise<void> {
  for (const { url, service } of servicesOf(stack)) {
    await waitFor(`${service.name} says that it is degraded`, async () => {
      const { status, checks } = await readinessOf(url);
      return status === 'degraded' && checks.queue === 'misconfigured';
    });
    await waitFor(`${service.name} says it in its log`, () =>
      service.logs().some(({ problem }) => typeof problem === 'string' && problem.includes(policy)),
    );
  }
  const said = await doctorSays(stack);
  if (!said.some((line) => line.startsWith('ERROR') && line.includes(policy))) {
    throw new Error(`The doctor does not find ${policy}: ${said.join(' / ')}`);
  }
}

export async function expectRedisFoundRight(stack: FaultStack): Promise<void> {
  for (const { url, service } of servicesOf(stack)) {
    await waitFor(`${service.name} is ready as before`, async () => (await readinessOf(url)).status === 'ok');
  }
}

/** @returns its findings; none where it found nothing to mend */
async function doctorSays({ settings }: FaultStack): Promise<readonly string[]> {
  try {
    await runCli(['doctor'], { DATABASE_URL: settings.databaseUrl, REDIS_URL: settings.redisUrl });
    return [];
  } catch (error) {
    if (error instanceof Failure) return error.lastLines;
    throw error;
  }
}
