import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface Shortcut {
  /** One key or two after each other: "?", "r", "g k". */
  keys: string;
  /** What it does, for the list that `?` shows. */
  label: string;
  /** Under which heading: "Go to", "This screen". */
  group: string;
}

interface Registered extends Shortcut {
  run(): void;
}

let registered: readonly Registered[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Registered[]): void {
  registered = next;
  for (const listener of listeners) listener();
}

/** `useShortcut('r', 'Replay this delivery', replay)`. Not heard while one types or a dialog is open. */
export function useShortcut(
  keys: string,
  label: string,
  run: () => void,
  { group = 'This screen', is_on = true }: { group?: string; is_on?: boolean } = {},
): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!is_on) return;
    const entry: Registered = { keys, label, group, run: () => latest.current() };
    change([...registered, entry]);
    return () => change(registered.filter((each) => each !== entry));
  }, [keys, label, group, is_on]);
}

export function useShortcutList(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => registered,
  );
}

const SEQUENCE_MS = 1_200;

/** The page's one listener for keys. Mounted by the shell. */
export function useShortcutKeys(): void {
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isBusy(event.target)) return;
      const pressed = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${event.key}` : event.key;
      const found = latestOf(pressed) ?? latestOf(event.key);
      first = found ? null : { key: event.key, at: event.timeStamp };
      if (!found) return;
      event.preventDefault();
      found.run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** What was registered last is nearest to what one looks at. */
function latestOf(keys: string): Registered | undefined {
  return registered.findLast((each) => each.keys === keys);
}

function isBusy(target: EventTarget | null): boolean {
  if (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role=combobox], [role=menu], [role=listbox]')
  )
    return !(target instanceof HTMLInputElement && ['checkbox', 'radio'].includes(target.type));
  return document.querySelector('[data-modal][data-open], :popover-open') !== null;
}
