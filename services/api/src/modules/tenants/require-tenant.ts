import type { Executor } from '@switchboard/db';
import { validationFailed } from '@switchboard/shared';
import { existingTenants } from './repository.js';

/** The platform names tenants in its bodies: a wrong one is a mistake in the body. @throws AppError validation_failed */
export async function requireTenant(executor: Executor, tenantId: string): Promise<void> {
  const known = await existingTenants(executor, [tenantId]);
  if (!known.has(tenantId)) throw validationFailed([{ path: 'tenant_id', message: 'there is no tenant with this id' }]);
}
