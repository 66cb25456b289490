import { WifiOff } from 'lucide-react';
import { useOnline } from '../../ui/use-online';

/** Says so while the browser has no network. What is on screen stays; it catches up by itself. */
export function OfflineBanner() {
  const is_online = useOnline();
  return (
    <div role="status" className="pointer-events-none fixed inset-x-3 bottom-3 z-50 flex justify-center">
      {!is_online && (
        <p className="flex items-center gap-2 rounded-full border border-line bg-warn-soft px-4 py-2 text-sm text-warn shadow-raised">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          You are offline. What you see may be old; it catches up once you are back.
        </p>
      )}
    </div>
  );
}
