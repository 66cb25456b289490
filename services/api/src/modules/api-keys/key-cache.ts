/** What is known of a usable key, and until when. */
export interface CachedKey<Value> {
  value: Value;
  tenant_id: string;
  expires_at: Date | null;
}

export interface KeyCache<Value> {
  /** @param load reads the key from the database; null where there is no usable one */
  get(hash: Buffer, load: () => Promise<CachedKey<Value> | null>): Promise<Value | null>;
  /** Forgets what is known of a tenant, or with '*' everything. */
  forget(tenantId: string): void;
}

/** Keys in use at once; past it the oldest is forgotten and read again when it comes. */
const MAX_KEYS = 10_000;

/**
 * Keeps authenticated keys until the database signals a change, so that a revoked key stops at once and a known one
 * costs no query. Nothing is served from memory while signals cannot arrive. Unknown keys are not kept: guesses would
 * push out the keys in use.
 *
 * @param isCurrent whether signals arrive now
 */
export function createKeyCache<Value>(isCurrent: () => boolean): KeyCache<Value> {
  const keys = new Map<string, CachedKey<Value>>();
  // A look-up that began before a signal may carry what the signal made void: it is answered but not kept.
  let generation = 0;
  return {
    get: async (hash, load) => {
      const id = hash.toString('base64');
      const known = isCurrent() ? keys.get(id) : undefined;
      if (known && !isExpired(known)) return known.value;
      const begunIn = generation;
      const loaded = await load();
      if (!loaded) return null;
      if (begunIn === generation && isCurrent()) {
        keys.set(id, loaded);
        if (keys.size > MAX_KEYS) keys.delete(keys.keys().next().value as string);
      }
      return loaded.value;
    },
    forget: (tenantId) => {
      generation += 1;
      if (tenantId === '*') keys.clear();
      for (const [id, key] of keys) if (key.tenant_id === tenantId) keys.delete(id);
    },
  };
}

function isExpired({ expires_at }: CachedKey<unknown>): boolean {
  return expires_at !== null && expires_at.getTime() <= Date.now();
}
