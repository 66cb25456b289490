import { afterAll, beforeAll } from '@jest/globals';
import type { Tenant } from './actors.js';
import { createDeliveryMaker, type DeliveryMaker } from './deliveries.js';
import { startTestApi, type TestApi, type TestApiOptions } from './test-api.js';

export interface FreshTenant {
  api: TestApi;
  make: DeliveryMaker;
  tenant: Tenant;
}

/**
 * An API for the tests of one file, which calls this at its top: started before them and closed behind them.
 *
 * @returns what gives each test a tenant of its own
 */
export function apiWithFreshTenants(options?: TestApiOptions): () => Promise<FreshTenant> {
  let api: TestApi;
  let make: DeliveryMaker;
  beforeAll(async () => {
    api = await startTestApi(options);
    make = createDeliveryMaker(api);
  });
  afterAll(() => api.close());
  return async () => ({ api, make, tenant: await api.createTenant() });
}
