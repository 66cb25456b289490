import { startRedis } from '@switchboard/local/servers/redis';
import { Redis } from 'ioredis';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';

export interface BenchRedis {
  url: string;
  pid: number;
  version: string;
  usedMemoryMb(): Promise<number>;
  stop(): Promise<void>;
}

const BYTES_PER_MB = 1024 * 1024;

/** A Redis as in production: append-only file, synced every second. @param folder of the run */
export async function startBenchRedis(folder: string): Promise<BenchRedis> {
  const server = await startRedis({ appendOnly: true, dir: mkdtempSync(path.join(folder, 'redis-')) });
  const client = new Redis(server.url, { maxRetriesPerRequest: 1 });
  client.on('error', () => undefined);
  const fieldOf = async (section: string, name: string) => {
    const info = await client.info(section);
    return new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';
  };
  return {
    url: server.url,
    pid: server.pid,
    version: await fieldOf('server', 'redis_version'),
    usedMemoryMb: async () => Number(await fieldOf('memory', 'used_memory')) / BYTES_PER_MB,
    stop: async () => {
      client.disconnect();
      await server.stop();
    },
  };
}
