import { callSchema, callWithTranscriptSchema } from '@switchboard/shared';
import { cursorRequest } from '../../http/pagination.js';
import { scopeOf } from '../../http/platform-scope.js';
import { created, ok, platformRoute, tenantRoute } from '../../http/route.js';
import { callById, callListQuery, startCallBody, updateCallBody } from './schemas.js';
import type { CallService } from './service.js';

const common = { tag: 'Calls' };

export function callRoutes(calls: CallService) {
  return [
    tenantRoute({
      ...common,
      method: 'get',
      path: '/calls',
      operationId: 'listCalls',
      summary: 'List calls',
      scope: 'calls:read',
      query: callListQuery,
      success: { status: 200, description: 'Calls, newest first.', schema: callSchema, list: true },
      handle: async ({ tenant, query }) => {
        const { direction, status, sentiment, from_number, to_number } = query;
        const started = { started_from: query['started_at[gte]'], started_before: query['started_at[lt]'] };
        const filter = { direction, status, sentiment, from_number, to_number, ...started };
        const { data, meta } = await calls.list(tenant, filter, cursorRequest(query));
        return ok(data, meta);
      },
    }),
    tenantRoute({
      ...common,
      method: 'get',
      path: '/calls/{id}',
      operationId: 'getCall',
      summary: 'Show a call with its transcript',
      scope: 'calls:read',
      params: callById,
      success: { status: 200, description: 'The call.', schema: callWithTranscriptSchema },
      handle: async ({ tenant, params }) => ok(await calls.show(tenant, params.id)),
    }),
  ];
}

export function platformCallRoutes(calls: CallService) {
  return [
    platformRoute({
      ...common,
      method: 'post',
      path: '/calls',
      operationId: 'startCall',
      summary: 'Tell that a call began',
      body: startCallBody,
      success: { status: 201, description: 'The call.', schema: callWithTranscriptSchema },
      handle: async ({ body, request }) => {
        const { tenant_id, mode, ...fields } = body;
        return created(await calls.start(scopeOf({ tenant_id, mode }), fields, request));
      },
    }),
    platformRoute({
      ...common,
      method: 'patch',
      path: '/calls/{id}',
      operationId: 'updateCall',
      summary: 'End a call, or add transcript, sentiment and outcome',
      params: callById,
      body: updateCallBody,
      success: { status: 200, description: 'The call after the change.', schema: callWithTranscriptSchema },
      handle: async ({ params, body, request }) => {
        const { tenant_id, mode, ...changes } = body;
        return ok(await calls.update(scopeOf({ tenant_id, mode }), params.id, changes, request));
      },
    }),
  ];
}
