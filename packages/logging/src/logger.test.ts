import { describe, expect, it } from '@jest/globals';
import { createLogs } from './logger.js';

function someLogs() {
  const lines: string[] = [];
  const logs = createLogs('test', 'info', { write: (line) => void lines.push(line) });
  return { ...logs, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('a service’s log', () => {
  it('writes one line of JSON with its time, its level in words, and who wrote it', () => {
    const { log, last } = someLogs();
    log.warn({ count: 2 }, 'something');
    expect(last()).toMatchObject({ level: 'warn', service: 'test', pid: process.pid, count: 2, msg: 'something' });
    expect(Date.parse(String(last().time))).not.toBeNaN();
  });

  it('hides what a line should never have held', () => {
    const { log, lines } = someLogs();
    log.info(
      { headers: { authorization: 'Bearer 1' }, row: { secret: 'whsec_1', key: 'sb_1', password: 'p1' } },
      'oops',
    );
    expect(lines[0]).not.toMatch(/Bearer 1|whsec_1|sb_1|p1/);
    expect(lines[0]).toContain('[redacted]');
  });

  it('hides the parameters of a database’s error and the arguments of a Redis command', () => {
    const { log, lines } = someLogs();
    const err = Object.assign(new Error('away'), { parameters: ['hidden-1'], command: { args: ['hidden-2'] } });
    log.error({ err }, 'failed');
    expect(lines[0]).not.toMatch(/hidden-[12]/);
  });
});

describe('the wide line', () => {
  it('looks like every other line', () => {
    const { wide, last } = someLogs();
    wide.info({ status: 200, tenant_id: 'ten_1', error_code: undefined }, 'request');
    expect(last()).toMatchObject({ level: 'info', service: 'test', status: 200, tenant_id: 'ten_1', msg: 'request' });
  });
});
