import { ScrollText } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useAbility, useApiInfinite, type AuditEntry } from '../../api';
import {
  Badge,
  Card,
  Drawer,
  EmptyState,
  InlineError,
  Loaded,
  localTime,
  Mono,
  PageHeader,
  RelativeTime,
  shortId,
  useSearchState,
  VirtualTable,
  type Column,
} from '../../ui';
import { actionWords, kindWords } from './action-words';
import { AuditFilters } from './audit-filters';
import { EntryPanel } from './entry-panel';
import { ExportButton } from './export-button';
import { filterOf, type AuditSearch } from './search';

const COLUMNS: Column<AuditEntry>[] = [
  {
    id: 'action',
    header: 'What',
    width: '3',
    cell: ({ action, actor }) => (
      <>
        {actionWords(action)}
        <span className="block truncate text-xs leading-4 text-muted sm:hidden">by {actor.name}</span>
      </>
    ),
  },
  {
    id: 'actor',
    header: 'Who',
    width: '3',
    hide_below: 'sm',
    cell: ({ actor }) => <span title={kindWords(actor.kind)}>{actor.name}</span>,
  },
  {
    id: 'target',
    header: 'Done to',
    width: '2',
    hide_below: 'md',
    cell: ({ target }) => (target.id === null ? kindWords(target.kind) : <Mono>{shortId(target.id)}</Mono>),
  },
  { id: 'ip', header: 'From', width: '8rem', hide_below: 'lg', cell: ({ ip }) => <Mono>{ip ?? '—'}</Mono> },
  {
    id: 'mode',
    header: 'Mode',
    width: '5rem',
    hide_below: 'lg',
    cell: ({ mode }) => mode && <Badge tone={mode === 'live' ? 'accent' : 'neutral'}>{mode}</Badge>,
  },
  {
    id: 'time',
    header: 'When',
    width: '9rem',
    align: 'end',
    cell: ({ occurred_at }) => <RelativeTime time={occurred_at} />,
  },
];

export function AuditScreen() {
  const may_read = useAbility('audit:read');
  const [search, setSearch] = useSearchState<AuditSearch>();
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Who did what when, and from where. Entries are only ever added; nobody can change or remove one."
        actions={may_read && <ExportButton search={search} />}
      >
        {may_read && <AuditFilters search={search} onChange={setSearch} />}
      </PageHeader>
      {may_read ? (
        <AuditLog search={search} onChange={setSearch} />
      ) : (
        <EmptyState icon={ScrollText} title="The audit log is not part of this session">
          Ask somebody of this account who can sign in with a password.
        </EmptyState>
      )}
    </>
  );
}

interface AuditLogProps {
  search: AuditSearch;
  onChange(patch: Partial<AuditSearch>, options?: { push?: boolean }): void;
}

function AuditLog({ search, onChange }: AuditLogProps) {
  const log = useApiInfinite<AuditEntry>('/audit', {
    query: { ...filterOf(search), per_page: 100 },
    keep_previous: true,
  });
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = log;
  const rows = useMemo(() => log.data?.pages.flatMap(({ data }) => data) ?? [], [log.data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const open = rows.find(({ id }) => id === search.open);
  const close = () => onChange({ open: undefined });
  // The filters are what is wrong with it: the list stays, and says which one.
  if (log.error?.status === 422) return <InlineError error={log.error} />;
  return (
    <Card flush>
      <Loaded query={log} words="Loading the audit log…" rows={6}>
        {() =>
          rows.length === 0 ? (
            <NoEntries is_filtered={Object.values(filterOf(search)).some((value) => value !== undefined)} />
          ) : (
            <VirtualTable
              label="Audit log"
              columns={COLUMNS}
              rows={rows}
              rowKey={(entry) => entry.id}
              rowLabel={labelOf}
              open_id={search.open ?? null}
              follow
              onOpen={({ id }) => onChange({ open: id }, { push: search.open === undefined })}
              onEnd={more}
              footer={footerOf(isFetchingNextPage, hasNextPage)}
            />
          )
        }
      </Loaded>
      {open && (
        <EntryPanel
          key={open.id}
          entry={open}
          onClose={close}
          onFilterByTarget={(target_id) => onChange({ target_id, open: undefined })}
        />
      )}
      {!open && search.open !== undefined && log.isSuccess && (
        <Drawer open onClose={close} modal={false} title="Not among the entries loaded">
          <p className="text-sm text-muted">
            The entry in the address is older than what is loaded so far, or hidden by the filters. Clear the filters or
            scroll on to find it.
          </p>
        </Drawer>
      )}
    </Card>
  );
}

function labelOf({ action, actor, occurred_at }: AuditEntry): string {
  return `${actionWords(action)}, by ${actor.name}, ${localTime(occurred_at)}`;
}

function footerOf(is_loading: boolean, has_more: boolean): string {
  if (is_loading) return 'Loading older entries…';
  return has_more ? 'Older entries come as you scroll.' : 'That is all, back to the beginning.';
}

function NoEntries({ is_filtered }: { is_filtered: boolean }) {
  return (
    <EmptyState icon={ScrollText} title={is_filtered ? 'No entry fits these filters' : 'Nothing was done yet'}>
      {is_filtered
        ? 'Widen the time or clear a filter.'
        : 'Whenever somebody creates a key, changes a webhook or invites a person, it is written down here.'}
    </EmptyState>
  );
}
