/** What of the event's names an endpoint's subscriptions know it by; null where it does not get it. */
export function nameFor(
  subscriptions: readonly string[],
  event: { name: string; alias: string | null },
): string | null {
  if (subscriptions.some((pattern) => matches(pattern, event.name))) return event.name;
  return event.alias !== null && subscriptions.includes(event.alias) ? event.alias : null;
}

function matches(pattern: string, name: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** By the resource in the name, "appointment", in the order in which they come. */
export function byResource<T extends { name: string }>(types: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const type of types) {
    const resource = type.name.slice(0, type.name.indexOf('.'));
    groups.set(resource, [...(groups.get(resource) ?? []), type]);
  }
  return [...groups];
}

/** In a name, an alias or the description. */
export function found<T extends { name: string; alias: string | null; description: string }>(
  types: readonly T[],
  text: string | undefined,
): T[] {
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return types.filter(({ name, alias, description }) => {
    const all = `${name} ${alias ?? ''} ${description}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
