import { rmSync } from 'node:fs';
import { readJson, writePrivateJson, type StackFolder } from './folder.js';

/** `.local/stack.json`: what another program needs to use the running stack. */
export interface StackFile {
  api_url: string;
  worker_url: string;
  database_url: string;
  redis_url: string | null;
  tenant_id: string;
  api_key: string;
  platform_token: string;
  receiver_url: string;
  /** The portal of the demo tenant, and who signs in to it. */
  portal_url: string;
  portal_email: string;
  portal_password: string;
}

const FILE = 'stack.json';

/** It appears when the stack is ready, and stays for a look after it has stopped. */
export function writeStackFile(folder: StackFolder, stack: StackFile): void {
  writePrivateJson(folder.file(FILE), stack);
}

/** Who waits for the file must not find that of an earlier run. */
export function removeStackFile(folder: StackFolder): void {
  rmSync(folder.file(FILE), { force: true });
}

export function readStackFile(folder: StackFolder): StackFile | undefined {
  return readJson<StackFile>(folder.file(FILE));
}
