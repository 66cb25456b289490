type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that were given: an absent one is left as it is, null empties it. */
export function withoutUndefined<T extends object>(changes: T): Given<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Given<T>;
}
