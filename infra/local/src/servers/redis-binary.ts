import { findOrInstall, type FindOptions, type FoundProgram } from './find-or-install.js';

/** Redis, or Valkey. */
export function findRedisBinary(options: FindOptions): Promise<FoundProgram> {
  return findOrInstall(
    {
      names: ['redis-server', 'valkey-server'],
      missing: 'neither redis-server nor valkey-server is on the PATH',
      announcement: 'Installing redis-server with apt-get; its service is not started.',
      service: 'redis-server',
    },
    options,
  );
}
