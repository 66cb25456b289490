import { PageHeader, Tabs, useSearchState } from '../../ui';
import { Catalogue } from './catalogue';
import { EventList } from './event-list';
import type { EventsSearch } from './search';

export function EventsScreen() {
  const [search, setSearch] = useSearchState<EventsSearch>();
  // A link to an event need not know on which tab events are.
  const tab = search.tab ?? (search.open?.startsWith('evt_') ? 'list' : 'catalogue');
  return (
    <>
      <PageHeader title="Events" description="What the platform can tell your systems, and what has happened." />
      <Tabs
        label="Events"
        value={tab}
        onChange={(next) => setSearch({ tab: next, open: undefined })}
        tabs={[
          {
            value: 'catalogue',
            label: 'Catalogue',
            content: <Catalogue search={search} onChange={setSearch} />,
          },
          { value: 'list', label: 'What happened', content: <EventList search={search} onChange={setSearch} /> },
        ]}
      />
    </>
  );
}
