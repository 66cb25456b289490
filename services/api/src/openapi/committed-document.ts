import { createDatabase } from '@switchboard/db';
import { createAddressPolicy, parseKeyring } from '@switchboard/shared';
import { createFaultHook } from '../faults.js';
import { tenantRoutesOf } from '../routes.js';
import { buildDocument } from './document.js';

/** The routes as they are served. Making them asks nothing of the database; only a request would. */
function documentedRoutes() {
  const database = createDatabase({ url: 'postgres://nowhere.invalid/none', poolSize: 1, applicationName: 'openapi' });
  const announcer = { announce: () => undefined, announceDeliveries: () => undefined, drain: () => Promise.resolve() };
  return tenantRoutesOf({
    database,
    announcer,
    signals: { changed: () => undefined },
    commit: () => Promise.reject(new Error('the document is made without doing anything')),
    faults: createFaultHook(undefined),
    keyring: parseKeyring(`none:${Buffer.alloc(32).toString('base64')}`),
    addresses: createAddressPolicy({ allowedPrivateNetworks: [] }),
    allowHttp: false,
    brand: 'Switchboard',
    publicUrl: 'http://localhost:3000',
    keyPrefix: 'sb',
  });
}

export function documentText(): string {
  return `${JSON.stringify(buildDocument({ routes: documentedRoutes(), brand: 'Switchboard' }), null, 2)}\n`;
}
