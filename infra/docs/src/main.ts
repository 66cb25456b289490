import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { withEnvironmentTable } from './environment-table.js';
import { README, readText, REPOSITORY } from './repository.js';

writeFileSync(path.join(REPOSITORY, README), await withEnvironmentTable(readText(README)));
console.log(`The table of environment variables in ${README} is up to date.`);
