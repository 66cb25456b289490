import type { EventTypeView } from '../../api';

/** Every event, also of types that are added later. */
export const EVERYTHING = '*';

export interface ResourceGroup {
  resource: string;
  /** `appointment.*` */
  pattern: string;
  types: EventTypeView[];
}

/** The catalogue by what the events are about, in its own order. */
export function groupsOf(types: readonly EventTypeView[]): ResourceGroup[] {
  const groups = new Map<string, EventTypeView[]>();
  for (const type of types) {
    const resource = resourceOf(type.name);
    groups.set(resource, [...(groups.get(resource) ?? []), type]);
  }
  return [...groups].map(([resource, of_it]) => ({ resource, pattern: `${resource}.*`, types: of_it }));
}

function resourceOf(name: string): string {
  return name.split('.')[0] ?? name;
}

/** Which wider pattern takes an event in already: "*" or "appointment.*". null: none does. */
export function coveredBy(patterns: readonly string[], name: string): string | null {
  const parts = name.split('.');
  const wider = parts.slice(1).map((_, at) => `${parts.slice(0, at + 1).join('.')}.*`);
  return [EVERYTHING, ...wider].find((pattern) => patterns.includes(pattern)) ?? null;
}

/** The whole resource takes the place of its single events; given back, none of them is chosen. */
export function withResource(patterns: readonly string[], group: ResourceGroup, is_on: boolean): string[] {
  const own = new Set([group.pattern, ...group.types.flatMap(namesOf)]);
  const rest = patterns.filter((pattern) => !own.has(pattern));
  return is_on ? [...rest, group.pattern] : rest;
}

/** One event, under its present name. */
export function withType(patterns: readonly string[], type: EventTypeView, is_on: boolean): string[] {
  const rest = patterns.filter((pattern) => !namesOf(type).includes(pattern));
  return is_on ? [...rest, type.name] : rest;
}

/** The same event under its other name: an endpoint that knows both gets it once, under the present one. */
export function withAlias(patterns: readonly string[], type: EventTypeView, is_on: boolean): string[] {
  const rest = patterns.filter((pattern) => !namesOf(type).includes(pattern));
  if (type.alias === null) return rest;
  return [...rest, is_on ? type.alias : type.name];
}

function namesOf({ name, alias }: EventTypeView): string[] {
  return alias === null ? [name] : [name, alias];
}

/** What the catalogue does not know: events that the platform publishes for this tenant alone. */
export function othersIn(patterns: readonly string[], types: readonly EventTypeView[]): string[] {
  const known = new Set([EVERYTHING, ...types.flatMap(namesOf), ...groupsOf(types).map(({ pattern }) => pattern)]);
  return patterns.filter((pattern) => !known.has(pattern));
}

/** Only what has all the words that were typed, in a name or in the description. */
export function searched(groups: readonly ResourceGroup[], text: string): ResourceGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.flatMap((group) => {
    const types = group.types.filter((type) => {
      const readable = [...namesOf(type), type.description].join(' ').toLowerCase();
      return words.every((word) => readable.includes(word));
    });
    return types.length > 0 ? [{ ...group, types }] : [];
  });
}

/** By which of its names an endpoint with these subscriptions gets the event; null where it does not. */
export function nameFor(patterns: readonly string[], type: EventTypeView): string | null {
  if (coveredBy(patterns, type.name) !== null || patterns.includes(type.name)) return type.name;
  return type.alias !== null && patterns.includes(type.alias) ? type.alias : null;
}
