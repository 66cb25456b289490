import { lazyRouteComponent } from '@tanstack/react-router';
import { BASE } from '../api/address';
import { unreachable } from '../api/api-error';

/** A screen's code, fetched when one goes (or points) there. */
export const lazyScreen: typeof lazyRouteComponent = (importer, name) =>
  lazyRouteComponent(() => importer().catch(explain), name);

/**
 * Where a part of the page is gone, as after an update, the router loads the page anew. With the server away that would
 * put the browser's own error page in the place of ours, and what is on the screen would be lost.
 */
async function explain(error: unknown): Promise<never> {
  await fetch(BASE, { method: 'HEAD', headers: { accept: 'text/html' }, cache: 'no-store' }).catch(() => {
    throw unreachable();
  });
  throw error;
}
