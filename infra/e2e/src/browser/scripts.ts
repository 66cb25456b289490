import { REPOSITORY } from '@switchboard/local/stack/folder';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page, Response } from 'playwright-core';

/** A script that the browser has fetched. */
export interface LoadedScript {
  file: string;
  /** As it came over the wire, compressed. */
  bytes: number;
  encoding: string | undefined;
}

/** Notes each script that this page fetches from now on. */
export function watchScripts(page: Page): { loaded(): Promise<LoadedScript[]> } {
  const responses: Response[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') responses.push(response);
  });
  return { loaded: () => Promise.all(responses.map(measure)) };
}

async function measure(response: Response): Promise<LoadedScript> {
  const { responseBodySize } = await response.request().sizes();
  return {
    file: path.basename(new URL(response.url()).pathname),
    bytes: responseBodySize,
    encoding: (await response.allHeaders())['content-encoding'],
  };
}

interface Chunk {
  file: string;
  src?: string;
  imports?: string[];
}

/** The files in which the build has put a library or a source file, by a part of its path. */
export function filesWith(part: string): string[] {
  const manifest = JSON.parse(
    readFileSync(path.join(REPOSITORY, 'services/portal/dist/manifest.json'), 'utf8'),
  ) as Record<string, Chunk>;
  return Object.entries(manifest)
    .filter(([key, { src = '' }]) => key.includes(part) || src.includes(part))
    .map(([, { file }]) => path.basename(file));
}
