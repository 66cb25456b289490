import { serveCommands } from '../processes/commands.js';
import { createLoadCommands } from './commands.js';

serveCommands(createLoadCommands());
