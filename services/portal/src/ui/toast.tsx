import { lazy, Suspense, useSyncExternalStore } from 'react';
import { asApiError } from '../api/api-error';
import type { ShownToast } from './shown-toast';

const load = () => import('./toast-list');
const ToastList = lazy(() => load().then((module) => ({ default: module.ToastList })));

let is_wanted = false;
let next_id = 1;
const listeners = new Set<() => void>();

/** The code that shows them is fetched with the first one. */
function show(toast: Omit<ShownToast, 'id'>): string {
  const id = `toast-${next_id++}`;
  is_wanted = true;
  for (const listener of listeners) listener();
  void load().then(({ present }) => present({ ...toast, id }));
  return id;
}

function close(id: string): void {
  void load().then(({ dismiss }) => dismiss(id));
}

/** Says that something happened. What one has to act on belongs beside its cause, not here. */
export const toast = {
  success: (title: string, description?: string) => show({ type: 'success', title, description, timeout: 5_000 }),
  info: (title: string, description?: string) => show({ type: 'info', title, description, timeout: 6_000 }),
  /** With the server's words and the request's id, which support asks for. */
  error(title: string, error?: unknown): string {
    const { message, request_id } = error === undefined ? { message: undefined, request_id: null } : asApiError(error);
    const description = [message, request_id && `Request ${request_id}`].filter(Boolean).join(' ');
    return show({ type: 'error', title, description: description || undefined, timeout: 12_000 });
  },
  /** With a way back for some seconds. */
  undo(title: string, onUndo: () => void): string {
    const run = () => {
      close(id);
      onUndo();
    };
    const id = show({ type: 'success', title, timeout: 10_000, action: { label: 'Undo', run } });
    return id;
  },
  close,
};

/** Once, at the top of the page. */
export function Toaster() {
  const has_any = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => is_wanted,
  );
  return (
    has_any && (
      <Suspense>
        <ToastList />
      </Suspense>
    )
  );
}
