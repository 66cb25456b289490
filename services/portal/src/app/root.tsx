import { Outlet } from '@tanstack/react-router';
import { OfflineBanner } from '../features/shell/offline-banner';

/** Around every screen, signed in or not. */
export function Root() {
  return (
    <>
      <OfflineBanner />
      <Outlet />
    </>
  );
}
