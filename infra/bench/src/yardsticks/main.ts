import { serveCommands } from '../processes/commands.js';
import { YARDSTICK_COMMANDS } from './commands.js';

serveCommands(YARDSTICK_COMMANDS);
