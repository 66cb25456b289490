import { beforeEach, describe, expect, it } from '@jest/globals';
import { disabledEndpointSchema } from '@switchboard/shared';
import { expectData, expectError } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { uuidOf, type DeliveryMaker } from '../../testing/deliveries.js';
import { apiWithFreshTenants } from '../../testing/fresh-tenant.js';
import type { TestApi } from '../../testing/test-api.js';
import { createdEndpointSchema, endpointSchema, type EndpointView } from './schemas.js';

let api: TestApi;
let make: DeliveryMaker;
let tenant: Tenant;

const fresh = apiWithFreshTenants();
beforeEach(async () => {
  ({ api, make, tenant } = await fresh());
});

const PATH = '/api/v1/webhook-endpoints';
const URL_WITH_TOKEN = 'https://receiver.example/hooks?token=very-secret';

async function create(change: object = {}): Promise<EndpointView> {
  const body = { url: URL_WITH_TOKEN, event_types: ['*'], description: 'CRM', ...change };
  return expectData(await tenant.post(PATH).send(body), 201, createdEndpointSchema);
}

async function patch({ id }: { id: string }, change: object): Promise<EndpointView> {
  return expectData(await tenant.patch(`${PATH}/${id}`).send(change), 200, endpointSchema.strict());
}

/** What the worker writes where it disables an endpoint on its own, its breaker open by then. */
async function disableItself({ id }: { id: string }, reason: 'gone' | 'failing'): Promise<void> {
  const values = [uuidOf('endpoint', id)];
  await api.database.query({
    text: `UPDATE webhook_endpoints SET enabled = false, disabled_at = now(), failing_since = now() - interval '5 days',
      disabled_reason = $2 WHERE id = $1`,
    values: [...values, reason],
  });
  await api.database.query({
    text: `INSERT INTO endpoint_flow (endpoint_id, paused_until, pause_ms, tokens, refilled_at) VALUES ($1, now(), 60000, 3, now())`,
    values,
  });
}

async function stateOf({ id }: { id: string }) {
  const [row] = await api.database.query({
    text: `SELECT e.failing_since, f.paused_until, f.pause_ms, f.tokens
      FROM webhook_endpoints e LEFT JOIN endpoint_flow f ON f.endpoint_id = e.id WHERE e.id = $1`,
    values: [uuidOf('endpoint', id)],
  });
  return row;
}

async function eventsOfDisabling(): Promise<{ id: string; data: unknown }[]> {
  const answer = await tenant.get('/api/v1/events?event=webhook_endpoint.disabled');
  return answer.body.data as { id: string; data: unknown }[];
}

describe('disabling an endpoint by hand', () => {
  it('says that it was done by hand, and when', async () => {
    const made = await create();
    const disabled = await patch(made, { enabled: false });
    expect(disabled).toEqual({
      ...(await tenant.get(`${PATH}/${made.id}`)).body.data,
      enabled: false,
      disabled_reason: 'manual',
      disabled_at: disabled.updated_at,
    });
  });

  it('is said as well of one that was created disabled, which nobody is told of', async () => {
    const made = await create({ enabled: false });
    expect(made).toMatchObject({ enabled: false, disabled_reason: 'manual', disabled_at: made.created_at });
    expect(await eventsOfDisabling()).toEqual([]);
  });

  it('is told to the tenant’s other endpoints, without the query of its URL, and not to itself', async () => {
    const [made, other] = [await create(), await create()];
    const { disabled_at } = await patch(made, { enabled: false });
    const [event, ...more] = await eventsOfDisabling();
    expect(more).toEqual([]);
    expect(disabledEndpointSchema.strict().parse(event?.data)).toEqual({
      endpoint: { id: made.id, url: 'https://receiver.example/hooks', description: 'CRM' },
      reason: 'manual',
      disabled_at,
    });
    expect(await make.receiversOf(event as { id: string })).toEqual([other.id]);
  });

  it('is told to no endpoint of another tenant or mode', async () => {
    await make.createEndpoint(await api.createTenant());
    await make.createEndpoint(await api.createKey(tenant, { mode: 'test' }));
    await patch(await create(), { enabled: false });
    const [event] = await eventsOfDisabling();
    expect(await make.receiversOf(event as { id: string })).toEqual([]);
  });

  it('once more changes nothing and is told to nobody, and an automatic reason stays', async () => {
    const made = await create();
    const disabled = await patch(made, { enabled: false });
    expect(await patch(made, { enabled: false })).toMatchObject({ disabled_at: disabled.disabled_at });
    expect(await eventsOfDisabling()).toHaveLength(1);
    const gone = await create();
    await disableItself(gone, 'gone');
    expect(await patch(gone, { enabled: false })).toMatchObject({ disabled_reason: 'gone' });
    expect(await eventsOfDisabling()).toHaveLength(1);
  });

  it('is not told where the change is refused', async () => {
    const made = await create();
    const answer = await tenant.patch(`${PATH}/${made.id}`).send({ enabled: false, url: 'https://10.0.0.1/' });
    expectError(answer, 'validation_failed');
    expect(await eventsOfDisabling()).toEqual([]);
    expect((await tenant.get(`${PATH}/${made.id}`)).body.data.enabled).toBe(true);
  });
});

describe('enabling an endpoint again', () => {
  it.each(['gone', 'failing'] as const)(
    'undoes an automatic disabling (%s) with all that led to it',
    async (reason) => {
      const made = await create();
      await disableItself(made, reason);
      expect((await tenant.get(`${PATH}/${made.id}`)).body.data).toMatchObject({
        enabled: false,
        disabled_reason: reason,
        disabled_at: expect.any(String),
      });
      const enabled = await patch(made, { enabled: true });
      expect(enabled).toMatchObject({ enabled: true, disabled_reason: null, disabled_at: null });
      // The tokens of its rate limit are no failure: they stay.
      expect(await stateOf(made)).toEqual({ failing_since: null, paused_until: null, pause_ms: null, tokens: 3 });
    },
  );

  it('undoes a disabling by hand, and events reach it again', async () => {
    const made = await create();
    await patch(made, { enabled: false });
    expect(await make.deliver(tenant)).toEqual([]);
    expect(await patch(made, { enabled: true })).toMatchObject({ disabled_reason: null, disabled_at: null });
    expect(await make.deliver(tenant)).toEqual([expect.objectContaining({ endpoint_id: made.id })]);
  });

  it('resets nothing on one that is enabled: asking again and again does not hold its breaker closed', async () => {
    const made = await create();
    await disableItself(made, 'failing');
    const values = [uuidOf('endpoint', made.id)];
    const text =
      'UPDATE webhook_endpoints SET enabled = true, disabled_reason = NULL, disabled_at = NULL WHERE id = $1';
    await api.database.query({ text, values });
    const before = await stateOf(made);
    await patch(made, { enabled: true });
    expect(await stateOf(made)).toEqual(before);
  });
});
