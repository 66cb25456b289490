/** What a process of the benchmark can be asked: names, each with one argument and one answer. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each name has an argument of its own
export type Commands = Record<string, (argument: any) => unknown>;

export interface CommandMessage {
  id: number;
  name: string;
  argument: unknown;
}

export type AnswerMessage = { id: number; value: unknown } | { id: number; error: string };

/** The side of the process: answers over the IPC channel, and ends when whoever started it is gone, however it went. */
export function serveCommands(commands: Commands): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, name, argument }: CommandMessage) => {
    void (async () => {
      const answer = await answerOf(commands, name, argument);
      if (process.connected) process.send?.({ id, ...answer } satisfies AnswerMessage);
    })();
  });
}

async function answerOf(commands: Commands, name: string, argument: unknown) {
  try {
    const command = commands[name];
    if (!command) throw new Error('there is no such command');
    return { value: await command(argument) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
