import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appointmentSchema, fromPublicId, newUuid, toPublicId, type AppointmentView } from '@switchboard/shared';
import { expectData, expectError, expectInvalid } from '../../testing/answers.js';
import type { Tenant } from '../../testing/actors.js';
import { meetAtLock } from '../../testing/locks.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

let api: TestApi;
let tenant: Tenant;

beforeAll(async () => {
  api = await startTestApi();
  tenant = await api.createTenant();
});
afterAll(() => api.close());

async function book(): Promise<AppointmentView> {
  const body = { customer: { name: 'Ada Lovelace' }, starts_at: '2030-05-01T09:00:00Z' };
  return expectData(await tenant.post('/api/v1/appointments').send(body), 201, appointmentSchema);
}

const pathOf = ({ id }: { id: string }) => `/api/v1/appointments/${id}`;
const missing = () => pathOf({ id: toPublicId('appointment', newUuid()) });

async function cancelledEventsOf({ id }: AppointmentView): Promise<unknown[]> {
  return api.database.query({
    text: `SELECT data::json ->> 'status' AS status FROM events
      WHERE type = 'appointment.cancelled' AND data::json ->> 'id' = $1`,
    values: [id],
  });
}

async function setStatus({ id }: AppointmentView, status: string): Promise<void> {
  const values = [fromPublicId('appointment', id), status];
  await api.database.query({ text: 'UPDATE appointments SET status = $2 WHERE id = $1', values });
}

describe('GET /api/v1/appointments/{id}', () => {
  it('200: shows what was booked', async () => {
    const booked = await book();
    expect(expectData(await tenant.get(pathOf(booked)), 200, appointmentSchema.strict())).toEqual(booked);
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.get(missing()), 'unauthorized');
  });

  it('403: a key without appointments:read sees nothing', async () => {
    const writer = await api.createKey(tenant, { scopes: ['appointments:write'] });
    expectError(await writer.get(pathOf(await book())), 'insufficient_scope');
  });

  it('404: there is no such appointment', async () => {
    expectError(await tenant.get(missing()), 'not_found');
  });

  it('422: an id of another kind is not looked up', async () => {
    expectInvalid(await tenant.get(`/api/v1/appointments/${toPublicId('event', newUuid())}`), 'id');
  });
});

describe('DELETE /api/v1/appointments/{id}', () => {
  it('200: cancels, and tells so in an event that holds what was answered', async () => {
    const booked = await book();
    const cancelled = expectData(await tenant.delete(pathOf(booked)), 200, appointmentSchema.strict());
    expect(cancelled).toEqual({ ...booked, status: 'cancelled', updated_at: cancelled.updated_at });
    expect(await cancelledEventsOf(booked)).toEqual([{ status: 'cancelled' }]);
    expect(expectData(await tenant.get(pathOf(booked)), 200, appointmentSchema)).toEqual(cancelled);
  });

  it('200: cancelling twice answers the same and emits one event', async () => {
    const booked = await book();
    const first = await tenant.delete(pathOf(booked));
    const second = await tenant.delete(pathOf(booked));
    expect(second.body).toEqual(first.body);
    expect(await cancelledEventsOf(booked)).toHaveLength(1);
  });

  it('200: of five cancellations that meet one emits the event', async () => {
    const booked = await book();
    const hold = {
      text: 'SELECT FROM appointments WHERE id = $1 FOR UPDATE',
      values: [fromPublicId('appointment', booked.id)],
    };
    const cancellations = Array.from({ length: 5 }, () => () => tenant.delete(pathOf(booked)));
    const answers = await meetAtLock(api.database, (transaction) => transaction.query(hold), cancellations);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    expect(await cancelledEventsOf(booked)).toHaveLength(1);
  });

  it('200: a confirmed appointment can be cancelled', async () => {
    const booked = await book();
    await setStatus(booked, 'confirmed');
    expect(expectData(await tenant.delete(pathOf(booked)), 200, appointmentSchema).status).toBe('cancelled');
  });

  it('401: answers nobody without a key', async () => {
    expectError(await api.http.delete(missing()), 'unauthorized');
  });

  it('403: a key that may only read cancels nothing', async () => {
    const booked = await book();
    const reader = await api.createKey(tenant, { scopes: ['appointments:read'] });
    expectError(await reader.delete(pathOf(booked)), 'insufficient_scope');
    expect(expectData(await tenant.get(pathOf(booked)), 200, appointmentSchema).status).toBe('booked');
  });

  it('404: there is no such appointment', async () => {
    expectError(await tenant.delete(missing()), 'not_found');
  });

  it.each(['completed', 'no_show'])(
    '409: an appointment that is %s cannot be cancelled, and stays what it is',
    async (status) => {
      const booked = await book();
      await setStatus(booked, status);
      expect(expectError(await tenant.delete(pathOf(booked)), 'conflict').message).toContain(status);
      expect(expectData(await tenant.get(pathOf(booked)), 200, appointmentSchema).status).toBe(status);
      expect(await cancelledEventsOf(booked)).toEqual([]);
    },
  );

  it('422: an id that is none is refused', async () => {
    expectInvalid(await tenant.delete('/api/v1/appointments/42'), 'id');
  });
});
