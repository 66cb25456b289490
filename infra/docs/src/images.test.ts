import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { isInRepository, readText, REPOSITORY } from './repository.js';

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  engines?: { node: string };
}

const WORKSPACE_FOLDERS = [
  ...['packages/shared', 'packages/logging', 'packages/db', 'packages/queue'],
  ...['services/api', 'services/worker'],
];
const byName = new Map(WORKSPACE_FOLDERS.map((folder) => [manifestOf(folder).name, folder]));

function manifestOf(folder: string): Manifest {
  return JSON.parse(readText(path.join(folder, 'package.json'))) as Manifest;
}

/** The folder itself and those of all packages of ours that it needs to run. */
function foldersNeededBy(folder: string): string[] {
  const direct = Object.entries(manifestOf(folder).dependencies ?? {}).filter(([, range]) =>
    range.startsWith('workspace:'),
  );
  const needed = direct.flatMap(([name]) => {
    const found = byName.get(name);
    if (!found) throw new Error(`${folder} needs ${name}, which the images do not know.`);
    return foldersNeededBy(found);
  });
  return [...new Set([folder, ...needed])].sort();
}

/** What the API serves and does not run: files, built in a stage of their own. */
const PAGE = 'services/portal';

describe.each(['api', 'worker'])('the image of the %s', (service) => {
  const dockerfile = readText(`infra/docker/${service}.Dockerfile`);
  const lines = dockerfile.split('\n');
  const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  it('runs the command that npm start runs', () => {
    expect(lines).toContain(`CMD ["node", "services/${service}/dist/main.js"]`);
    expect(readText('infra/local/src/stack/product.ts')).toContain(`services/${service}/dist/main.js`);
    expect(isInRepository(`services/${service}/src/main.ts`)).toBe(true);
  });

  it('holds every package of ours that the service needs, and no other', () => {
    const needed = foldersNeededBy(`services/${service}`);
    const manifests = lines
      .map((line) => /^COPY (\S+)\/package\.json /.exec(line)?.[1])
      .filter((folder) => folder !== undefined && folder !== PAGE);
    const compiled = lastStage.map((line) => /^COPY --from=build \/app\/(\S+)\/dist /.exec(line)?.[1]).filter(Boolean);
    expect(manifests.sort()).toEqual(needed);
    expect(compiled.sort()).toEqual(needed);
  });

  it('holds production dependencies only, those of the lock file', () => {
    expect(dockerfile).toContain(`RUN pnpm install --frozen-lockfile --prod --filter '@switchboard/${service}...'`);
    expect(lastStage.filter((line) => line.includes('/node_modules'))).toEqual([]);
    expect(lastStage).toContain('COPY --from=dependencies /app ./');
  });

  it('does not run as root', () => {
    expect(lastStage.filter((line) => line.startsWith('USER '))).toEqual(['USER 1000:1000']);
  });

  it('checks its health with what is in it', () => {
    expect(lastStage.join('\n')).toMatch(/HEALTHCHECK[^]*CMD node infra\/docker\/healthcheck\.mjs .*\/healthz/);
    expect(lastStage).toContain('COPY infra/docker/healthcheck.mjs infra/docker/healthcheck.mjs');
  });

  it('is of a Node that is pinned and new enough', () => {
    const versions = lines
      .map((line) => /^FROM node:(\d+)\.(\d+)\.\d+-bookworm-slim/.exec(line))
      .filter((match) => match !== null);
    const [, major, minor] = /^>=(\d+)\.(\d+)/.exec(manifestOf('.').engines?.node ?? '') ?? [];
    expect(versions).toHaveLength(2);
    for (const version of versions) {
      expect(version[1]).toBe(major);
      expect(Number(version[2])).toBeGreaterThanOrEqual(Number(minor));
    }
  });
});

describe('the image of the API', () => {
  it('holds the portal’s page, where the API looks for it, and nothing that only builds it', () => {
    const lines = readText('infra/docker/api.Dockerfile').split('\n');
    expect(lines).toContain(`COPY --from=page /app/${PAGE}/dist ${PAGE}/dist`);
    expect(lines.findLast((line) => line.includes('@switchboard/portal'))).toContain(
      'pnpm --filter @switchboard/portal build',
    );
    expect(manifestOf(PAGE)).toMatchObject({ scripts: { build: expect.any(String) } });
    expect(readText('services/api/src/portal/page.ts')).toContain('../../../portal/dist');
    expect(readText('.dockerignore')).toContain(`!${PAGE}\n`);
  });
});

describe('infra/docker/healthcheck.mjs', () => {
  const server = createServer((req, res) => {
    res.writeHead(req.url === '/readyz' ? 200 : 503).end('{"status":"unavailable"}');
  });
  const check = async (url: string) => {
    const script = path.join(REPOSITORY, 'infra/docker/healthcheck.mjs');
    const run = promisify(execFile)(process.execPath, [script, url]);
    return run.then(() => ({ code: 0, stderr: '' })).catch((error: { code: number; stderr: string }) => error);
  };
  let url: string;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('ends with 0 where the service answers 200', async () => {
    expect(await check(`${url}/readyz`)).toMatchObject({ code: 0 });
  });

  it('ends with 1 and the answer where the service is not well', async () => {
    expect(await check(`${url}/other`)).toMatchObject({ code: 1, stderr: '503 {"status":"unavailable"}\n' });
  });

  it('ends with 1 where nobody answers', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const checked = await check(`http://127.0.0.1:${port}/healthz`);
    expect(checked).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
  });
});
