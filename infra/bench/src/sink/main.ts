import { serveCommands } from '../processes/commands.js';
import { createSinkCommands } from './sink.js';

serveCommands(createSinkCommands());
