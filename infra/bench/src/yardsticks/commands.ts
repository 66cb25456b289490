import { runInsertRows } from './insert-rows.js';
import { runNoOpJobs } from './no-op-jobs.js';
import { runPostLoop } from './post-loop.js';

export const YARDSTICK_COMMANDS = { postLoop: runPostLoop, noOpJobs: runNoOpJobs, insertRows: runInsertRows };

export type YardstickCommands = typeof YARDSTICK_COMMANDS;
