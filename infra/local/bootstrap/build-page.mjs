import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runTool, StepFailure } from './step.mjs';

/** Everything that ends up in the page. */
const SOURCES = [
  'docs/webhooks.md',
  'pnpm-lock.yaml',
  'packages/shared/src/portal',
  'packages/shared/src/api-keys/scopes.ts',
  'services/portal/build',
  'services/portal/index.html',
  'services/portal/package.json',
  'services/portal/src',
  'services/portal/vite.config.ts',
];
const OUTPUT = 'services/portal/dist';
const STAMP = `${OUTPUT}/.sources`;

/** Bundles the portal's page, unless the last bundle was of the very same sources. @throws StepFailure */
export async function buildPage(root) {
  const wanted = fingerprint(root);
  if (readIfThere(path.join(root, STAMP)) === wanted && fs.existsSync(path.join(root, OUTPUT, 'index.html'))) return;
  const folder = path.join(root, 'services/portal');
  const vite = path.join(folder, 'node_modules/vite/bin/vite.js');
  // A page built for development is several times as large; NODE_ENV of the caller must not decide that.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { ok, output } = await runTool(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: folder, env });
  if (!ok) throw new StepFailure(`${output.trimEnd()}\n\nVite could not build the portal’s page; nothing was started.`);
  fs.writeFileSync(path.join(root, STAMP), wanted);
}

function fingerprint(root) {
  const hash = createHash('sha256').update(process.versions.node.split('.')[0]);
  for (const file of SOURCES.flatMap((source) => filesIn(root, source))) {
    hash
      .update(file)
      .update('\0')
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** The files below `source` in a stable order, without tests; a file is itself. */
function filesIn(root, source) {
  if (!fs.statSync(path.join(root, source)).isDirectory()) return [source];
  return fs
    .readdirSync(path.join(root, source))
    .sort()
    .flatMap((name) => filesIn(root, `${source}/${name}`))
    .filter((file) => !file.endsWith('.test.ts'));
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
