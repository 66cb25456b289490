import { Compass } from 'lucide-react';
import { ButtonLink } from '../../ui/button';
import { EmptyState } from '../../ui/states';

export function NotFound() {
  return (
    <main className="mx-auto max-w-xl py-10">
      <title>Not found · API & Integrations</title>
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={Compass}
        title="There is no such page"
        action={
          <ButtonLink to="/" tone="primary">
            Go to the overview
          </ButtonLink>
        }
      >
        The address may be mistyped, or the page has moved.
      </EmptyState>
    </main>
  );
}
