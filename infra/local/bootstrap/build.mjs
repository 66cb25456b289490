import path from 'node:path';
import { buildPage } from './build-page.mjs';
import { runTool, StepFailure } from './step.mjs';

/** Compiles what has changed since the last build. @throws StepFailure with the compiler's own words */
export async function build(root, progress) {
  await progress.during('Building', 'Built', async () => {
    // Both to their end: a fault in one leaves the other no half-written files.
    const results = await Promise.allSettled([compile(root), buildPage(root)]);
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  });
}

async function compile(root) {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const { ok, output } = await runTool(process.execPath, [tsc, '-b'], { cwd: root, env: process.env });
  if (!ok)
    throw new StepFailure(
      `${output.trimEnd()}\n\nThe TypeScript compiler found the faults above; nothing was started.`,
    );
}
