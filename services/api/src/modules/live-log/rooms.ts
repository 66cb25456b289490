import type { Database } from '@switchboard/db';
import type { Logger } from 'pino';
import type { TenantScope } from '../../http/route.js';
import { findDeliveries, type DeliveryRow } from '../deliveries/repository.js';

/** Somebody who has a tenant's log open. */
export interface Watcher {
  tenant: TenantScope;
  onDeliveries(rows: readonly DeliveryRow[]): void;
  /** Some may have been missed. */
  onGap(): void;
  /** The service stops. */
  onEnd(): void;
}

/** Who watches what. A room is one tenant in one mode: what changed in it is loaded once, however many watch. */
export interface Rooms {
  /** @returns what takes them out again */
  enter(watcher: Watcher): () => void;
  tenantIds(): string[];
  everybody(): Watcher[];
  watchersOf(tenantId: string): Watcher[];
  /** Loads these and shows them to who watches there. */
  changed(room: { tenant_id: string; mode: string }, deliveryIds: readonly string[]): void;
  empty(): void;
}

interface Room {
  tenant: TenantScope;
  watchers: Set<Watcher>;
  changed: Set<string>;
  isLoading: boolean;
}

interface RoomsDeps {
  database: Database;
  log: Logger;
}

/** More changes than that at once are not loaded one by one. */
const MAX_LOADED = 500;

export function createRooms(deps: RoomsDeps): Rooms {
  const rooms = new Map<string, Room>();
  const everybody = () => [...rooms.values()].flatMap(({ watchers }) => [...watchers]);
  return {
    enter: (watcher) => {
      const key = keyOf(watcher.tenant);
      const room = rooms.get(key) ?? newRoom(watcher.tenant);
      rooms.set(key, room);
      room.watchers.add(watcher);
      return () => {
        room.watchers.delete(watcher);
        if (room.watchers.size === 0 && rooms.get(key) === room) rooms.delete(key);
      };
    },
    tenantIds: () => [...new Set([...rooms.values()].map(({ tenant }) => tenant.tenant_id))],
    everybody,
    watchersOf: (tenantId) => everybody().filter(({ tenant }) => tenant.tenant_id === tenantId),
    changed: (scope, deliveryIds) => {
      const room = rooms.get(keyOf(scope));
      if (!room) return;
      for (const id of deliveryIds) room.changed.add(id);
      void loadInto(room, deps);
    },
    empty: () => rooms.clear(),
  };
}

function keyOf({ tenant_id, mode }: { tenant_id: string; mode: string }): string {
  return `${tenant_id} ${mode}`;
}

function newRoom({ tenant_id, mode }: TenantScope): Room {
  return { tenant: { tenant_id, mode }, watchers: new Set(), changed: new Set(), isLoading: false };
}

/** One load at a time; what changes meanwhile is loaded with the next. */
async function loadInto(room: Room, { database, log }: RoomsDeps): Promise<void> {
  if (room.isLoading) return;
  room.isLoading = true;
  try {
    while (room.changed.size > 0 && room.watchers.size > 0) {
      const ids = [...room.changed];
      room.changed.clear();
      if (ids.length > MAX_LOADED) for (const watcher of room.watchers) watcher.onGap();
      else {
        const rows = await findDeliveries(database, room.tenant, ids);
        for (const watcher of room.watchers) watcher.onDeliveries(rows);
      }
    }
  } catch (error) {
    log.debug({ err: error }, 'live log: deliveries not loaded');
    for (const watcher of room.watchers) watcher.onGap();
  } finally {
    room.isLoading = false;
  }
}
