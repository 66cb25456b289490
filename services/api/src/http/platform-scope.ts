import { idInput } from '@switchboard/shared';
import { z } from 'zod';
import type { TenantScope } from './route.js';

/** The platform names the tenant (and the mode) that it writes for; a tenant's key implies them. */
export const scopeFields = {
  tenant_id: idInput('tenant'),
  mode: z.enum(['live', 'test']).default('live'),
} as const;

export function scopeOf({ tenant_id, mode }: { tenant_id: string; mode: 'live' | 'test' }): TenantScope {
  return { tenant_id, mode };
}
