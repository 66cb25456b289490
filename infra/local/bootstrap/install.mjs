import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTool, StepFailure } from './step.mjs';

const STAMP = 'node_modules/.switchboard-install';

/** Installs what pnpm-lock.yaml says, unless the last install was of the very same files. @throws StepFailure */
export async function install(root, progress) {
  const packageFolders = workspaceFolders(root);
  const wanted = fingerprint(root, packageFolders);
  if (readIfThere(path.join(root, STAMP)) === wanted && packageFolders.every((folder) => isLinked(root, folder)))
    return;

  const version = pinnedPnpm(root);
  await progress.during('Installing packages', 'Packages installed', async () => {
    const env = toolEnvironment(root);
    const [command, ...before] = await pnpmCommand(root, version, env);
    // The lock file decides; a machine with NODE_ENV=production still needs the compiler, which is a devDependency.
    const args = [...before, 'install', '--frozen-lockfile', '--prod=false', '--reporter=append-only'];
    const { ok, output } = await runTool(command, args, { cwd: root, env });
    if (!ok) throw new StepFailure(`${output.trimEnd()}\n\n${installAdvice(version, output)}`);
    fs.writeFileSync(path.join(root, STAMP), wanted);
  });
}

function installAdvice(version, output) {
  if (/EACCES|EPERM|permission denied/i.test(output)) {
    return `pnpm ${version} could not install the packages, because this user may not write everywhere under node_modules (its output is above). Was it installed as another user? Remove node_modules and try again.`;
  }
  return `pnpm ${version} could not install the packages; its output is above. It needs the npm registry on the first run.`;
}

function fingerprint(root, packageFolders) {
  const hash = createHash('sha256');
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...packageFolders.map((folder) => `${folder}package.json`)];
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(fs.readFileSync(path.join(root, file)))
      .update('\0');
  // Binaries inside packages are of one platform; a copied tree must be installed anew.
  return hash.update(`${process.platform} ${process.arch}`).digest('hex');
}

/** Folders that have a package.json, each with a trailing slash; the root is the empty text. */
function workspaceFolders(root) {
  const folders = ['infra', 'packages', 'services'].flatMap((parent) => {
    return fs.readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}/`);
  });
  return ['', ...folders.sort()].filter((folder) => fs.existsSync(path.join(root, folder, 'package.json')));
}

function isLinked(root, folder) {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  return names.every((name) => fs.existsSync(path.join(root, folder, 'node_modules', name)));
}

function pinnedPnpm(root) {
  const { packageManager } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  return packageManager.replace(/^pnpm@/, '').replace(/\+.*$/, '');
}

/** The pinned pnpm where it is on the PATH (a Docker image, a developer's machine), else fetched by npx. */
async function pnpmCommand(root, version, env) {
  const found = await runTool('pnpm', ['--version'], { cwd: root, env });
  if (found.ok && found.output.trim() === version) return ['pnpm'];
  return ['npx', '--yes', `pnpm@${version}`];
}

function toolEnvironment(root) {
  // CI keeps pnpm from asking questions that nobody sees; npm's own log level would silence pnpm's errors.
  const { NODE_ENV, npm_config_loglevel, ...env } = process.env;
  return { ...env, CI: 'true', COREPACK_ENABLE_DOWNLOAD_PROMPT: '0', ...homeFor(root) };
}

/** Users such as `nobody` have no home that npx and pnpm could keep their caches in; ours lies in the tree then. */
function homeFor(root) {
  try {
    fs.accessSync(os.homedir(), fs.constants.W_OK);
    return {};
  } catch {
    const home = path.join(root, '.local/home');
    fs.mkdirSync(home, { recursive: true });
    return { HOME: home, npm_config_cache: path.join(home, '.npm') };
  }
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
