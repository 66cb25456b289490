import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ApiError } from '../../api/api-error';
import { Button } from '../../ui/button';
import { ErrorState } from '../../ui/states';

/** A screen that broke. The navigation around it goes on working. */
export function ScreenError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof ApiError) return <ErrorState error={error} retry={again} />;
  // A new version was rolled out: the parts that this page would fetch have other names now.
  const is_old_page = /dynamically imported module|Importing a module script failed/i.test(String(error));
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-4 py-12 text-center">
      <p className="font-medium">{is_old_page ? 'This page has been updated' : 'This screen broke'}</p>
      <p className="max-w-md text-sm text-muted">
        {is_old_page
          ? 'Load it again to go on with the new version.'
          : 'That is a fault in this page, and none of your data is touched. Load it again; if it stays, tell support what you did.'}
      </p>
      <Button tone="primary" onClick={() => (is_old_page ? window.location.reload() : again())}>
        {is_old_page ? 'Load again' : 'Try again'}
      </Button>
    </div>
  );
}
