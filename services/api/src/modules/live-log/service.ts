import { AppError } from '@switchboard/shared';
import type { Response } from 'express';
import type { PortalSession, TenantScope } from '../../http/route.js';
import { toDeliveryView } from '../deliveries/presenter.js';
import type { DeliveryRow } from '../deliveries/repository.js';
import { openEventStream, type EventStream } from './event-stream.js';
import type { LiveLogHub } from './hub.js';

/** What is not said matches all. */
export interface LiveFilter {
  status?: string | undefined;
  endpoint_id?: string | undefined;
  event_id?: string | undefined;
  event_type?: string | undefined;
}

export interface LiveStreamRequest {
  tenant: TenantScope;
  session: PortalSession;
  filter: LiveFilter;
  /** Whether the session may still look. */
  accessHolds(): Promise<boolean>;
}

export type LiveLogService = ReturnType<typeof createLiveLogService>;

/** A few tabs. One browser must not take a process's connections. */
const MAX_STREAMS_PER_SESSION = 6;
const MAX_STREAMS = 2_000;
const ACCESS_CHECK_MS = 60_000;

export function createLiveLogService({
  hub,
  accessCheckMs = ACCESS_CHECK_MS,
}: {
  hub: LiveLogHub;
  accessCheckMs?: number;
}) {
  const open = new Map<string, number>();
  const enter = ({ session_id }: PortalSession): (() => void) => {
    const own = open.get(session_id) ?? 0;
    const all = [...open.values()].reduce((sum, count) => sum + count, 0);
    if (own >= MAX_STREAMS_PER_SESSION || all >= MAX_STREAMS) {
      throw new AppError('rate_limited', 'Too many live logs are open. Close one of the other tabs.', {
        retryAfterSeconds: 10,
      });
    }
    open.set(session_id, own + 1);
    return () => {
      const left = (open.get(session_id) ?? 1) - 1;
      if (left > 0) open.set(session_id, left);
      else open.delete(session_id);
    };
  };
  return {
    /** Resolves when the stream has begun. @throws AppError rate_limited where this session has too many of them */
    async stream(res: Response, request: LiveStreamRequest): Promise<void> {
      const leave = enter(request.session);
      const closing: (() => void)[] = [leave];
      const stream = openEventStream(res, {
        onCaughtUp: (skipped) => skipped > 0 && stream.send('resync', {}),
        onClosed: () => closing.splice(0).forEach((close) => close()),
      });
      const unwatch = await watch(hub, stream, request);
      const check = setInterval(() => void endIfLost(stream, request), accessCheckMs).unref();
      closing.push(unwatch, () => clearInterval(check));
      // Whoever left while the way was being prepared.
      if (res.closed) closing.splice(0).forEach((close) => close());
      else stream.send('ready', {});
    },
  };
}

function watch(hub: LiveLogHub, stream: EventStream, { tenant, filter }: LiveStreamRequest): Promise<() => void> {
  return hub.watch({
    tenant: { tenant_id: tenant.tenant_id, mode: tenant.mode },
    onDeliveries: (rows) => {
      const fitting = rows.filter((row) => fits(row, filter));
      if (fitting.length > 0) stream.send('deliveries', fitting.map(toDeliveryView));
    },
    onGap: () => stream.send('resync', {}),
    onEnd: () => stream.end(),
  });
}

function fits(row: DeliveryRow, filter: LiveFilter): boolean {
  const names = Object.keys(filter) as (keyof LiveFilter)[];
  return names.every((name) => filter[name] === undefined || filter[name] === row[name]);
}

/** Where it cannot be asked, the stream ends too: the page comes back, and its request is answered as any other. */
async function endIfLost(stream: EventStream, { accessHolds }: LiveStreamRequest): Promise<void> {
  const holds = await accessHolds().catch(() => false);
  if (!holds) stream.end();
}
