import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENT_CATALOGUE, fromPublicId } from '@switchboard/shared';
import { fanOutEvents } from '../outbox/fan-out.js';
import { createTestDatabase, insertEndpoint, insertTenant, type TestDatabase } from '../testing/index.js';
import { disableEndpoint } from './disable-endpoint.js';

const URL_WITH_SECRETS = 'https://user:hunter2@hooks.example.com/in?token=hunter3';

let test: TestDatabase;
let tenantId: string;

beforeAll(async () => {
  test = await createTestDatabase();
  tenantId = await insertTenant(test.database);
});
afterAll(() => test.drop());

const anEndpoint = (fields = {}) =>
  insertEndpoint(test.database, { tenant_id: tenantId, url: URL_WITH_SECRETS, ...fields });

async function failingEndpoint(): Promise<string> {
  const id = await anEndpoint();
  await change(id, `failing_since = now() - interval '6 days'`);
  return id;
}

async function change(id: string, assignment: string): Promise<void> {
  await test.database.query({ text: `UPDATE webhook_endpoints SET ${assignment} WHERE id = $1`, values: [id] });
}

interface Row {
  enabled: boolean;
  disabled_reason: string | null;
  disabled_at: Date | null;
  failing_since: Date | null;
  updated_at: Date;
}

async function rowOf(id: string): Promise<Row> {
  const [row] = await test.database.query<Row>({
    text: 'SELECT enabled, disabled_reason, disabled_at, failing_since, updated_at FROM webhook_endpoints WHERE id = $1',
    values: [id],
  });
  return row as Row;
}

interface EventRow {
  tenant_id: string;
  mode: string;
  type: string;
  data: string;
}

async function eventOf(id: string): Promise<EventRow> {
  const [row] = await test.database.query<EventRow>({
    text: 'SELECT tenant_id, mode, type, data FROM events WHERE id = $1',
    values: [id],
  });
  return row as EventRow;
}

async function auditOf(endpointId: string): Promise<object[]> {
  return test.database.query({
    text: `SELECT tenant_id, mode, actor_kind, actor_id, action, target_kind, after FROM audit_log WHERE target_id = $1`,
    values: [endpointId],
  });
}

describe('disableEndpoint', () => {
  it('disables an endpoint that is gone, says why and since when, and commits event and audit entry with it', async () => {
    const id = await anEndpoint({ mode: 'test' });
    const [eventId = ''] =
      (await disableEndpoint(test.database, { endpoint_id: id, reason: 'gone', url: URL_WITH_SECRETS })) ?? [];
    const row = await rowOf(id);
    expect(row).toMatchObject({ enabled: false, disabled_reason: 'gone', disabled_at: expect.any(Date) });
    expect(await eventOf(eventId)).toMatchObject({
      tenant_id: tenantId,
      mode: 'test',
      type: 'webhook_endpoint.disabled',
    });
    expect(await auditOf(id)).toEqual([
      {
        tenant_id: tenantId,
        mode: 'test',
        actor_kind: 'system',
        actor_id: null,
        action: 'webhook_endpoint.disabled',
        target_kind: 'webhook_endpoint',
        after: { reason: 'gone' },
      },
    ]);
  });

  it('tells of it in the form of the catalogue, without the secrets that a URL holds', async () => {
    const id = await failingEndpoint();
    const [eventId = ''] = (await disableEndpoint(test.database, { endpoint_id: id, reason: 'failing' })) ?? [];
    const { data } = await eventOf(eventId);
    const parsed = EVENT_CATALOGUE['webhook_endpoint.disabled'].data.parse(JSON.parse(data));
    expect(parsed).toMatchObject({ reason: 'failing', endpoint: { url: 'https://hooks.example.com/in' } });
    expect(fromPublicId('endpoint', parsed.endpoint.id)).toBe(id);
    expect(parsed.disabled_at).toBe((await rowOf(id)).disabled_at?.toISOString());
    expect(data).not.toMatch(/hunter/);
  });

  it('tells the tenant’s other endpoints and not the one that is disabled', async () => {
    const own = await insertTenant(test.database);
    const [gone, other] = [
      await insertEndpoint(test.database, { tenant_id: own }),
      await insertEndpoint(test.database, { tenant_id: own }),
    ];
    await insertEndpoint(test.database, { tenant_id: await insertTenant(test.database) });
    const url = 'http://127.0.0.1:9/hook';
    const eventIds = (await disableEndpoint(test.database, { endpoint_id: gone, reason: 'gone', url })) ?? [];
    const { deliveries } = await fanOutEvents(test.database, eventIds);
    expect(deliveries.map((delivery) => delivery.endpoint_id)).toEqual([other]);
  });

  it('is done once, however many workers meet', async () => {
    const id = await anEndpoint();
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() =>
        disableEndpoint(test.database, { endpoint_id: id, reason: 'gone', url: URL_WITH_SECRETS }),
      ),
    );
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
    expect(await auditOf(id)).toHaveLength(1);
  });

  it('begins anew for whoever enables it again', async () => {
    const id = await failingEndpoint();
    await disableEndpoint(test.database, { endpoint_id: id, reason: 'failing' });
    expect(await rowOf(id)).toMatchObject({ failing_since: null });
  });

  it.each([
    ['is disabled already', `enabled = false, disabled_reason = 'manual'`],
    ['is deleted', 'deleted_at = now()'],
    ['has got another URL since', `url = 'https://hooks.example.com/new'`],
  ])('leaves an endpoint as it is that %s', async (_, assignment) => {
    const id = await anEndpoint();
    await change(id, assignment);
    const before = await rowOf(id);
    expect(await disableEndpoint(test.database, { endpoint_id: id, reason: 'gone', url: URL_WITH_SECRETS })).toBeNull();
    expect(await rowOf(id)).toEqual(before);
    expect(await auditOf(id)).toEqual([]);
  });

  it('leaves a failing endpoint as it is that has had a success meanwhile', async () => {
    const id = await failingEndpoint();
    await change(id, 'failing_since = NULL');
    expect(await disableEndpoint(test.database, { endpoint_id: id, reason: 'failing' })).toBeNull();
    expect(await rowOf(id)).toMatchObject({ enabled: true });
  });
});
