import { useMemo } from 'react';
import { useApiAll, type EndpointView } from '../../api';
import { shortId, shortUrl } from '../../ui';

export type EndpointName = (endpoint_id: string) => string;

export function endpointNamer(endpoints: readonly EndpointView[]): EndpointName {
  const names = new Map(endpoints.map(({ id, url }) => [id, shortUrl(url)]));
  return (id) => names.get(id) ?? shortId(id);
}

/** What people call an endpoint: its address. One that is deleted has only its id left. */
export function useEndpointName(): EndpointName {
  const endpoints = useApiAll<EndpointView>('/webhooks').data?.rows;
  return useMemo(() => endpointNamer(endpoints ?? []), [endpoints]);
}
