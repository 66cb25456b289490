import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useApiQuery, type EndpointView } from '../../api';
import { Card, ErrorState, Loading, InlineError, PageHeader } from '../../ui';
import { Endpoint } from './endpoint';

/** One webhook: how it does, what it is set to, and everything one may do with it. */
export function WebhookScreen() {
  const { endpointId } = useParams({ from: '/signed-in/webhooks/$endpointId' });
  const endpoint = useApiQuery<EndpointView>(`/webhooks/${endpointId}`);
  return (
    <>
      <Link
        to="/webhooks"
        search={{}}
        className="mb-2 inline-flex items-center gap-1 rounded text-sm text-muted hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4" />
        All webhooks
      </Link>
      {endpoint.data ? (
        <>
          {endpoint.error && <InlineError error={endpoint.error} retry={() => endpoint.refetch()} />}
          <Endpoint key={endpoint.data.id} endpoint={endpoint.data} />
        </>
      ) : (
        <>
          <PageHeader title="Webhook" />
          <Card>
            {endpoint.error ? (
              <ErrorState
                error={endpoint.error}
                title={endpoint.error.status === 404 ? 'There is no such webhook here' : undefined}
                retry={() => endpoint.refetch()}
              />
            ) : (
              <Loading words="Loading the webhook…" rows={6} />
            )}
          </Card>
        </>
      )}
    </>
  );
}
