import { afterAll, describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { killStartedProcesses, runCli } from '../testing/processes.js';
import { buildProgram } from './program.js';

afterAll(killStartedProcesses);

/** The words of every command there is: [], ['tenants'], ['tenants', 'create'] ... */
function allCommands(command: Command, words: string[] = []): string[][] {
  return [words, ...command.commands.flatMap((sub) => allCommands(sub, [...words, sub.name()]))];
}

const COMMANDS = allCommands(buildProgram({ env: {}, write: () => undefined })).map((words) => ({
  words,
  line: words.join(' '),
}));

describe('--help', () => {
  it('is looked at here for every command of the issue', () => {
    const lines = COMMANDS.map(({ line }) => line);
    expect(lines).toEqual(
      expect.arrayContaining([
        'tenants create',
        'keys create',
        'keys revoke',
        'migrate up',
        'migrate down',
        'migrate status',
        'doctor',
      ]),
    );
  });

  it.each(COMMANDS)('"$line" tells what it does, without any configuration', async ({ words }) => {
    const { code, stdout, stderr } = await runCli([...words, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: switchboard${['', ...words].join(' ')}`));
    expect(stdout).toContain('--help');
    // A sentence about the command stands between its usage and its options.
    expect(stdout.split('\n')[2]).toMatch(/\w{4,}/);
  });
});

describe('a command line that is wrong', () => {
  it.each([
    ['an unknown command', ['tenant'], /unknown command 'tenant'[^]*tenants/],
    ['an unknown option', ['doctor', '--fast'], /unknown option '--fast'/],
    ['a missing option', ['tenants', 'create', '--name', 'x'], /required option '--plan <plan>' not specified/],
    ['a missing argument', ['keys', 'revoke'], /missing required argument 'id'/],
    ['one argument too many', ['keys', 'revoke', 'key_1', 'key_2'], /too many arguments/],
    [
      'a mode that is none',
      ['keys', 'create', '--tenant', 'x', '--name', 'x', '--mode', 'prod'],
      /Allowed choices are live, test/,
    ],
  ])('is answered with exit code 1 and what is wrong: %s', async (_what, words, problem) => {
    const { code, stdout, stderr } = await runCli(words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(problem);
  });

  it('no command at all shows the commands, with exit code 1', async () => {
    const { code, stderr } = await runCli([]);
    expect(code).toBe(1);
    expect(stderr).toContain('doctor');
  });
});

describe('a configuration that is wrong', () => {
  it.each([[['doctor']], [['migrate', 'status']], [['tenants', 'create', '--name', 'x', '--plan', 'pro']]])(
    '%j ends with exit code 78 and names the variable',
    async (words) => {
      const { code, stderr } = await runCli(words, { DATABASE_URL: 'mysql://root:hunter2@localhost' });
      expect(code).toBe(78);
      expect(stderr).toContain('DATABASE_URL: expected an address that starts with postgres://');
      expect(stderr).not.toContain('hunter2');
    },
  );
});
