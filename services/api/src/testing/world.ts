import { toPublicId, WEEKDAYS, type IdKind, type Mode } from '@switchboard/shared';
import type { Caller, Tenant } from './actors.js';
import { createDeliveryMaker, uuidOf } from './deliveries.js';
import type { TestApi } from './test-api.js';

/** One of every kind of thing that belongs to a tenant in one mode, and the key that sees them. */
export interface World {
  tenant: Tenant;
  mode: Mode;
  /** Public ids. */
  ids: Record<IdKind, string>;
}

const ALL_DAY = WEEKDAYS.map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));

let lastDay = Date.parse('2030-01-01T09:00:00Z');

/** A start at which nothing of any world is booked: every call takes a day of its own. */
export function freeStart(): string {
  lastDay += 86_400_000;
  return new Date(lastDay).toISOString();
}

/** @param tenant with a key of this mode */
export async function makeWorld(api: TestApi, tenant: Tenant, mode: Mode = 'live'): Promise<World> {
  const scope = { tenant_id: tenant.id, mode };
  const make = creating(api.platform);
  const service = await make('/platform/v1/services', { ...scope, name: 'Cut', duration_minutes: 30 });
  const staff = await make('/platform/v1/staff', {
    ...scope,
    name: 'Dana',
    working_hours: ALL_DAY,
    service_ids: [service],
  });
  const span = { starts_at: '2029-01-01T00:00:00Z', ends_at: '2029-01-02T00:00:00Z' };
  const timeOff = await make(`/platform/v1/staff/${staff}/time-off`, { ...scope, ...span });
  const numbers = { from_number: '+14155552671', to_number: '+14155552672' };
  const call = await make('/platform/v1/calls', { ...scope, direction: 'inbound', ...numbers });
  const own = creating(tenant);
  const customer = await own('/api/v1/customers', { name: 'Ada', phone: '+14155552671', email: 'ada@example.com' });
  const booking = { customer_id: customer, service_id: service, staff_id: staff, starts_at: freeStart() };
  const appointment = await own('/api/v1/appointments', booking);
  const apiKey = (await api.createKey(tenant, { mode })).keyId;
  const webhooks = await makeDelivery(api, tenant, mode);
  // No operation of an API with keys takes an id of these kinds.
  const elsewhere = Object.fromEntries(
    (['lead', 'auditEntry', 'user', 'invitation', 'portalLink'] as const).map((kind) => [
      kind,
      toPublicId(kind, uuidOf('tenant', tenant.id)),
    ]),
  ) as Record<'lead' | 'auditEntry' | 'user' | 'invitation' | 'portalLink', string>;
  const booked = { customer, appointment, service, staff, timeOff };
  const ids = { tenant: tenant.id, apiKey, ...booked, call, ...elsewhere, ...webhooks };
  return { tenant, mode, ids };
}

async function makeDelivery(api: TestApi, tenant: Tenant, mode: Mode) {
  const make = createDeliveryMaker(api);
  const endpoint = await make.createEndpoint(tenant);
  const delivery = (await make.deliver(tenant, { mode })).find((made) => made.endpoint_id === endpoint);
  if (!delivery) throw new Error('The event did not reach the endpoint.');
  await make.attempt(delivery, {});
  const replay = await tenant.post('/api/v1/replays').send({ status: 'succeeded' });
  if (replay.status !== 202) throw new Error(`The replay was not taken: ${replay.text}`);
  return { endpoint, delivery: delivery.id, event: delivery.event_id, replay: replay.body.data.id as string };
}

function creating(caller: Pick<Caller, 'post'>) {
  return async (path: string, body: object): Promise<string> => {
    const answer = await caller.post(path).send(body);
    if (answer.status !== 201) throw new Error(`POST ${path} was refused: ${answer.text}`);
    return (answer.body as { data: { id: string } }).data.id;
  };
}
