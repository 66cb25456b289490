import { useApi, useApiMutation, type EndpointView } from '../../api';
import { shortUrl, toast } from '../../ui';

/** Enabling needs no question: it can be undone, and what it does is what the button says. */
export function useEnable() {
  const api = useApi();
  return useApiMutation(
    (endpoint: EndpointView) => api.patch<EndpointView>(`/webhooks/${endpoint.id}`, { enabled: true }),
    {
      invalidates: ['/webhooks', '/overview'],
      onSuccess: ({ url }) => toast.success('Webhook enabled', `${shortUrl(url)} gets events from now on.`),
      onError: (error) => toast.error('The webhook could not be enabled', error),
    },
  );
}
