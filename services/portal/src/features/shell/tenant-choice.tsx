import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useState } from 'react';
import { useApi, useScope, type ApiError, type Page, type TenantOfSession } from '../../api';
import { EmptyState, FilterSearch, Loaded } from '../../ui';

/** The platform's own people search among all accounts; others among their own. */
export function TenantChoice({ chosen_id, onChoose }: { chosen_id: string; onChoose(tenant: TenantOfSession): void }) {
  const { session } = useScope();
  const [search, setSearch] = useState<string>();
  const is_super_admin = session.user?.is_super_admin ?? false;
  const found = useTenantSearch(search, is_super_admin);
  return (
    <div className="flex flex-col gap-3">
      <FilterSearch label="Search accounts" value={search} onChange={setSearch} className="sm:max-w-none" />
      {is_super_admin ? (
        <Loaded query={found} words="Searching accounts…">
          {({ data }) => <Choices tenants={data} chosen_id={chosen_id} onChoose={onChoose} />}
        </Loaded>
      ) : (
        <Choices tenants={matching(session.tenants, search)} chosen_id={chosen_id} onChoose={onChoose} />
      )}
    </div>
  );
}

function matching(tenants: TenantOfSession[], search = ''): TenantOfSession[] {
  return tenants.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
}

/** Across tenants, so not kept under the one that is chosen. */
function useTenantSearch(search: string | undefined, is_on: boolean) {
  const api = useApi();
  return useQuery<Page<TenantOfSession>, ApiError>({
    queryKey: ['tenants', search ?? ''],
    queryFn: ({ signal }) => api.list<TenantOfSession>('/tenants', { search }, { signal, tenant_id: '' }),
    enabled: is_on,
  });
}

interface ChoicesProps {
  tenants: readonly TenantOfSession[];
  chosen_id: string;
  onChoose(tenant: TenantOfSession): void;
}

function Choices({ tenants, chosen_id, onChoose }: ChoicesProps) {
  if (tenants.length === 0) return <EmptyState title="No account of that name" />;
  return (
    <ul className="flex max-h-80 flex-col overflow-y-auto">
      {tenants.map((tenant) => (
        <li key={tenant.id}>
          <button
            type="button"
            aria-current={tenant.id === chosen_id ? 'true' : undefined}
            onClick={() => onChoose(tenant)}
            className="flex w-full items-center justify-between gap-3 rounded-md px-2.5 py-2 text-left text-sm hover:bg-sunken focus-visible:-outline-offset-2"
          >
            <span className="min-w-0">
              <span className="block truncate font-medium">{tenant.name}</span>
              <span className="block truncate font-mono text-xs text-muted">{tenant.id}</span>
            </span>
            {tenant.id === chosen_id && <Check aria-hidden className="size-4 shrink-0 text-accent" />}
          </button>
        </li>
      ))}
    </ul>
  );
}
