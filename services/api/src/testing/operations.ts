import { ID_PREFIX, type IdKind } from '@switchboard/shared';
import type request from 'supertest';
import type { z } from 'zod';
import { jsonSchemaOf, type JsonSchema } from '../openapi/json-schema.js';
import type { Caller } from './actors.js';
import type { ServedRoute } from './test-api.js';
import { freeStart, type World } from './world.js';

/** What makes a request of an operation one that succeeds in this world. */
interface OperationFixture {
  query?(world: World): Record<string, string>;
  body?(world: World): Record<string, unknown>;
}

const scopeOf = ({ tenant, mode }: World) => ({ tenant_id: tenant.id, mode });
const numbers = { from_number: '+14155552671', to_number: '+14155552672' };
const day = { from: '2031-01-01', to: '2031-01-01' };
const holiday = { starts_at: '2029-07-01T00:00:00Z', ends_at: '2029-07-15T00:00:00Z' };
const plan = { name: 'Extra', rank: 9, requests_per_minute: 100_000, requests_per_day: 1_000_000 };

const TENANT_OPERATIONS: Record<string, OperationFixture> = {
  listAppointments: {},
  bookAppointment: {
    body: ({ ids }) => ({
      customer_id: ids.customer,
      service_id: ids.service,
      staff_id: ids.staff,
      starts_at: freeStart(),
    }),
  },
  findSlots: { query: ({ ids }) => ({ service_id: ids.service, ...day }) },
  getAppointment: {},
  updateAppointment: { body: () => ({ notes: 'Called back' }) },
  cancelAppointment: {},
  listCustomers: {},
  createCustomer: { body: () => ({ name: 'Grace' }) },
  getCustomer: {},
  updateCustomer: { body: () => ({ notes: 'Prefers mornings' }) },
  listCalls: {},
  getCall: {},
  listStaff: {},
  getStaff: {},
  listServices: {},
  getService: {},
  createWebhookEndpoint: { body: () => ({ url: 'https://receiver.example/', event_types: ['*'] }) },
  listWebhookEndpoints: {},
  getWebhookEndpoint: {},
  updateWebhookEndpoint: { body: () => ({ enabled: false }) },
  deleteWebhookEndpoint: {},
  rotateWebhookEndpointSecret: { body: () => ({ overlap_hours: 1 }) },
  testWebhookEndpoint: { body: () => ({ event: 'appointment.created' }) },
  listEvents: {},
  getEvent: {},
  listEventTypes: {},
  publishEvents: { body: () => ({ event: 'invoice.paid', data: { total: 1 } }) },
  listDeliveries: {},
  getDelivery: {},
  replayDelivery: {},
  createReplay: { body: ({ ids }) => ({ endpoint_id: ids.endpoint }) },
  listReplays: {},
  getReplay: {},
  cancelReplay: {},
  createPortalLink: { body: () => ({ abilities: ['view'] }) },
  recoverWebhookEndpoint: { body: () => ({ since: '2026-01-01T00:00:00Z' }) },
};

const PLATFORM_OPERATIONS: Record<string, OperationFixture> = {
  createTenant: { body: () => ({ name: 'Studio', plan: 'pro' }) },
  listTenants: {},
  getTenant: {},
  updateTenant: { body: () => ({ name: 'Studio Two' }) },
  listPlans: {},
  putPlan: { body: () => ({ ...plan, entitlements: ['public_api'] }) },
  createApiKey: { body: ({ ids }) => ({ tenant_id: ids.tenant, name: 'Zapier' }) },
  listApiKeys: { query: ({ ids }) => ({ tenant_id: ids.tenant }) },
  revokeApiKey: {},
  rollApiKey: { body: () => ({ overlap_hours: 1 }) },
  publishEvents: { body: (world) => ({ ...scopeOf(world), event: 'invoice.paid', data: { total: 1 } }) },
  createStaff: { body: (world) => ({ ...scopeOf(world), name: 'Eve', service_ids: [world.ids.service] }) },
  updateStaff: { body: (world) => ({ ...scopeOf(world), name: 'Eve Two' }) },
  putWorkingHours: { body: (world) => ({ ...scopeOf(world), working_hours: [] }) },
  addTimeOff: { body: (world) => ({ ...scopeOf(world), ...holiday }) },
  removeTimeOff: { query: (world) => scopeOf(world) },
  createService: { body: (world) => ({ ...scopeOf(world), name: 'Colour', duration_minutes: 60 }) },
  updateService: { body: (world) => ({ ...scopeOf(world), price: 4_500 }) },
  startCall: { body: (world) => ({ ...scopeOf(world), direction: 'outbound', ...numbers }) },
  updateCall: { body: (world) => ({ ...scopeOf(world), status: 'ended', outcome: 'booked' }) },
};

/** Every operation of both APIs that the tests know how to call, as `tenant.getCustomer`. */
export const KNOWN_OPERATIONS = [
  ...Object.keys(TENANT_OPERATIONS).map((id) => `tenant.${id}`),
  ...Object.keys(PLATFORM_OPERATIONS).map((id) => `platform.${id}`),
];

export function isPlatform(route: ServedRoute): boolean {
  return route.path.startsWith('/platform/');
}

export function nameOf(route: ServedRoute): string {
  return `${isPlatform(route) ? 'platform' : 'tenant'}.${route.operationId}`;
}

/** What a request of an operation is made of. */
export interface OperationRequest {
  params: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, unknown> | undefined;
}

/** A request that succeeds once in this world. @throws naming the operation where there is no fixture of it */
export function validRequest(route: ServedRoute, world: World): OperationRequest {
  const fixture = (isPlatform(route) ? PLATFORM_OPERATIONS : TENANT_OPERATIONS)[route.operationId];
  if (!fixture) throw new Error(`testing/operations.ts has no fixture for the operation ${nameOf(route)}`);
  const params = idFieldsOf(route.params).map(({ path, kind }) => [path, world.ids[kind]] as const);
  return {
    // The one thing that is named by a word and not by an id.
    params: { ...(route.operationId === 'putPlan' && { id: 'extra' }), ...Object.fromEntries(params) },
    query: fixture.query?.(world) ?? {},
    body: fixture.body?.(world),
  };
}

export function sendAs(caller: Caller, route: ServedRoute, input: OperationRequest): request.Test {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => input.params[name] ?? '');
  const sent = caller[route.method](path).query(input.query);
  return input.body === undefined ? sent : sent.send(input.body);
}

/** A field that takes an id: where it stands (`staff_id`, `service_ids.0`) and of what kind the id is. */
export interface IdField {
  path: string;
  kind: IdKind;
}

const KIND_OF_PREFIX = new Map(Object.entries(ID_PREFIX).map(([kind, prefix]) => [prefix as string, kind as IdKind]));

/** Every field of an input that takes an id, told by the example that idInput() gives. */
export function idFieldsOf(schema: z.ZodType | undefined): IdField[] {
  return schema ? collectIds(jsonSchemaOf(schema, 'input'), []) : [];
}

function collectIds(schema: JsonSchema, path: string[]): IdField[] {
  const prefix = typeof schema.example === 'string' ? /^([a-z]{3})_[0-9a-z]{26}$/.exec(schema.example)?.[1] : undefined;
  const kind = prefix === undefined ? undefined : KIND_OF_PREFIX.get(prefix);
  if (kind) return [{ path: path.join('.'), kind }];
  const below = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const options = (schema.anyOf ?? []) as JsonSchema[];
  return [
    ...below.flatMap(([name, property]) => collectIds(property, [...path, name])),
    ...(schema.items ? collectIds(schema.items as JsonSchema, [...path, '0']) : []),
    ...options.flatMap((option) => collectIds(option, path)),
  ];
}

/** The same request with one id in it replaced. */
export function withId(
  input: OperationRequest,
  part: 'params' | 'query' | 'body',
  field: string,
  id: string,
): OperationRequest {
  const [name = '', index] = field.split('.');
  return { ...input, [part]: { ...input[part], [name]: index === undefined ? id : [id] } };
}
