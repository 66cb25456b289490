import { describe, expect, it } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { combineWrites } from './combined-writes.js';

/** A child has no loader for TypeScript. */
const COMPILED = new URL('../dist/index.js', import.meta.url).href;

const aTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function someWrites() {
  const written: string[] = [];
  return { written, combined: combineWrites({ write: (text) => void written.push(text) }) };
}

describe('lines that are written in one turn of the event loop', () => {
  it('go out together, in their order, when it is over', async () => {
    const { written, combined } = someWrites();
    combined.write('one\n');
    combined.write('two\n');
    expect(written).toEqual([]);
    await aTurn();
    expect(written).toEqual(['one\ntwo\n']);
  });

  it('are written once each', async () => {
    const { written, combined } = someWrites();
    combined.write('one\n');
    await aTurn();
    combined.write('two\n');
    await aTurn();
    expect(written).toEqual(['one\n', 'two\n']);
  });

  it('go out at once where they are many: memory holds a pipe’s worth and no more', () => {
    const { written, combined } = someWrites();
    combined.write('x'.repeat(70_000));
    expect(written.join('')).toHaveLength(70_000);
  });

  it('go out before a fatal line ends the process', () => {
    const { written, combined } = someWrites();
    combined.write('fatal\n');
    combined.flushSync();
    expect(written).toEqual(['fatal\n']);
  });
});

describe('a process whose log nobody reads any more', () => {
  it('goes on without it', async () => {
    const script = `
      const { createLogs } = await import(${JSON.stringify(COMPILED)});
      const { log } = createLogs('test', 'info');
      log.info('first');
      process.stdin.once('data', () => {
        log.info('to nobody');
        setImmediate(() => setImmediate(() => process.exit(7)));
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.stdin.write('end\n');
    expect(await once(child, 'exit')).toEqual([7, null]);
  });
});

describe('a process that ends', () => {
  it.each([
    ['by itself', 'process.exit(0)', 0],
    ['by an error that nobody caught', 'throw new Error("bug")', 1],
  ])('leaves its last lines, where it ends %s', (_, how, code) => {
    const script = `
      const { createLogs } = await import(${JSON.stringify(COMPILED)});
      createLogs('test', 'info').log.info('the last line');
      ${how};`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect([stdout.includes('the last line'), status]).toEqual([true, code]);
  });
});
