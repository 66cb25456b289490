import { useQuery } from '@tanstack/react-query';
import { scopedKey, useApi, useScope, type ApiError, type EndpointView } from '../../api';

const PER_PAGE = 100;
/** The health figures end there as well. */
const MOST_PAGES = 5;

export interface AllEndpoints {
  endpoints: EndpointView[];
  total: number;
}

/** All of them, so that one can search among them; there are few, and each page holds a hundred. */
export function useEndpoints() {
  const api = useApi();
  const scope = useScope();
  return useQuery<AllEndpoints, ApiError>({
    queryKey: scopedKey(scope, '/webhooks', { '': 'all' }),
    queryFn: async ({ signal }) => {
      const endpoints: EndpointView[] = [];
      const { tenant_id, mode } = scope;
      for (let page = 1; ; page += 1) {
        const { data, meta } = await api.list<EndpointView>(
          '/webhooks',
          { page, per_page: PER_PAGE },
          { signal, tenant_id, mode },
        );
        endpoints.push(...data);
        const total = meta.total ?? endpoints.length;
        if (data.length < PER_PAGE || endpoints.length >= total || page === MOST_PAGES) return { endpoints, total };
      }
    },
  });
}
