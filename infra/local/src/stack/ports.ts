import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { Failure } from '../failure.js';

/** A port that somebody may ask for with a variable, and where to look first when nobody did. */
export interface PortRequest {
  variable: string;
  first: number;
}

const LAST_PORT = 65_535;

type PortProblem = 'taken' | 'forbidden';

const EXPLANATIONS: Record<PortProblem, (variable: string) => string> = {
  taken: (variable) =>
    `and another program is listening there. Stop that program, give another port, or leave ${variable} unset to take the first free one.`,
  forbidden: () => 'and this user may not listen there. Ports below 1024 belong to root; give a higher one.',
};

/**
 * Settles a port for each request: the one its variable names, else the first free one from `first` on. Ports that
 * were asked for are settled first, so that a default never takes what another variable names.
 *
 * @throws Failure naming variable and port, where a port is not a port, is taken, or was asked for twice
 */
export async function choosePorts<Name extends string>(
  requests: Record<Name, PortRequest>,
  env: NodeJS.ProcessEnv,
): Promise<Record<Name, number>> {
  const chosen = new Map<number, string>();
  const ports: Partial<Record<Name, number>> = {};
  const entries = Object.entries(requests) as [Name, PortRequest][];

  for (const [name, { variable }] of entries.filter(([, { variable }]) => env[variable])) {
    const port = parsePort(variable, env[variable] ?? '');
    const other = chosen.get(port);
    if (other) throw new Failure(`${other} and ${variable} both ask for port ${port}. Give them different ports.`);
    const problem = await portProblem(port);
    if (problem) throw new Failure(`${variable} asks for port ${port}, ${EXPLANATIONS[problem](variable)}`);
    chosen.set(port, variable);
    ports[name] = port;
  }
  for (const [name, { variable, first }] of entries) {
    if (ports[name] !== undefined) continue;
    const port = await firstFreePort(first, (candidate) => chosen.has(candidate));
    chosen.set(port, variable);
    ports[name] = port;
  }
  return ports as Record<Name, number>;
}

/**
 * Below what systems hand out by themselves (Linux from 32768, others from 49152): a port of their choice may belong to
 * some outgoing connection by the time a server listens on it.
 */
const FREE_FOR_SERVERS = { from: 20_000, to: 32_000 };
const given = new Set<number>();

/** A free port, for servers whose port nobody needs to know beforehand. Never one that this process was given before. */
export async function anyFreePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(FREE_FOR_SERVERS.from, FREE_FOR_SERVERS.to);
    if (given.has(port)) continue;
    given.add(port);
    if (await isPortFree(port)) return port;
  }
  throw new Failure('No free port could be had on 127.0.0.1.');
}

export async function isPortFree(port: number): Promise<boolean> {
  return (await portProblem(port)) === undefined;
}

/** Both addresses are tried: some systems let 127.0.0.1:3000 be taken beside a program that listens on all addresses. */
async function portProblem(port: number): Promise<PortProblem | undefined> {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const problem = await listenOnce(host, port);
    if (problem) return problem;
  }
  return undefined;
}

async function firstFreePort(first: number, isChosen: (port: number) => boolean): Promise<number> {
  for (let port = first; port <= LAST_PORT; port += 1) {
    if (!isChosen(port) && (await isPortFree(port))) return port;
  }
  throw new Failure(`No port from ${first} to ${LAST_PORT} is free.`);
}

function parsePort(variable: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= LAST_PORT) return port;
  throw new Failure(
    `${variable} is "${text}", which is not a port. Give a number from 1 to ${LAST_PORT}, e.g. ${variable}=3000.`,
  );
}

/** @returns why the port cannot be listened on; undefined where it can */
function listenOnce(host: string, port: number): Promise<PortProblem | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EACCES' ? 'forbidden' : 'taken'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
