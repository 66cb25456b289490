import { makeCertificates, type Certificates } from '../outside/certificates.js';
import { startDnsServer, type DnsServer } from '../outside/dns-server.js';
import { startReceiver, type Receiver } from '../receiver.js';
import type { Environment } from './environment.js';
import type { StackReceivers } from './subscriptions.js';

/** How the receiver `load` is reached: by its address, by a name that a name server of the stack knows, or over HTTPS. */
export type LoadReachedBy = 'address' | 'name' | 'https';

/** The world around the product. */
export interface Outside {
  readonly receivers: StackReceivers;
  /** Who answers for the name of the receiver `load`, with `LoadReachedBy` name. */
  readonly names: DnsServer;
  readonly certificates: Certificates;
  /** What a worker must be told of it. */
  readonly workerEnvironment: Environment;
}

const NAME = 'hook.faults.example.com';
const ADDRESS = '127.0.0.1';

/** @param closers is given what ends each server */
export async function startOutside(
  loadReachedBy: LoadReachedBy,
  closers: (() => Promise<unknown>)[],
): Promise<Outside> {
  const certificates = await makeCertificates(ADDRESS);
  const certificate = loadReachedBy === 'https' ? certificates.valid : undefined;
  const receivers = {
    everything: await startReceiver(),
    load: await startReceiver(undefined, certificate),
    other: await startReceiver(),
  };
  for (const receiver of Object.values(receivers)) closers.push(() => receiver.stop());
  const names = await startDnsServer({ address: ADDRESS });
  closers.push(() => names.stop());
  if (loadReachedBy === 'name') receivers.load = named(receivers.load);
  return {
    receivers,
    names,
    certificates,
    workerEnvironment: {
      ...(loadReachedBy === 'https' && { NODE_EXTRA_CA_CERTS: certificates.trustFile }),
      ...(loadReachedBy === 'name' && { DNS_SERVERS: names.address }),
    },
  };
}

function named(receiver: Receiver): Receiver {
  return { ...receiver, url: receiver.url.replace(ADDRESS, NAME) };
}
