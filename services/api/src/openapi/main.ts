import { writeFileSync } from 'node:fs';
import { documentText } from './committed-document.js';

/** `npm run openapi`: writes the document to the file named as the argument. */
writeFileSync(process.argv[2] ?? 'docs/openapi.json', documentText());
