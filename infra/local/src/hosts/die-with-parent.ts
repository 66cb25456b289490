import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import { isMainThread, Worker } from 'node:worker_threads';

/**
 * Loaded with `--import` into a service that was started with an IPC channel. The channel closes when the launcher is
 * gone, however it went, and the service ends as on SIGTERM then. The service itself knows nothing of this.
 */
const LAST_CHANCE_MS = 5_000;

// Node loads this into every thread of the service; its main thread is the one that has the channel.
if (isMainThread) {
  process.on('disconnect', () => {
    discardOutput();
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening for the end must not by itself keep a service alive that has finished.
  process.channel?.unref();
  new Worker(watchdog(), { eval: true, execArgv: [] }).unref();
}

/**
 * Nobody reads our output any more, and pino's writer (sonic-boom 4) tries for ever to flush into a broken pipe while
 * the process exits. /dev/null takes the places of stdout and stderr: the lowest free numbers.
 */
function discardOutput(): void {
  for (const fd of [1, 2]) {
    closeSync(fd);
    openSync('/dev/null', 'w');
  }
}

/** A thread of its own sees the launcher's end also where the service's main thread is stuck, or ignores SIGTERM. */
function watchdog(): string {
  return `
    const launcher = ${process.ppid};
    const timer = setInterval(() => {
      if (process.ppid === launcher) return;
      clearInterval(timer);
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${LAST_CHANCE_MS});
    }, 500);
  `;
}
