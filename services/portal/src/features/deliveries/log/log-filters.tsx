import { useState } from 'react';
import { DELIVERY_STATUSES, type DeliveryStatus, type EndpointView, type EventTypeView } from '../../../api';
import {
  DELIVERY_STATUS_WORDS,
  FilterBar,
  FilterSearch,
  FilterSelect,
  FilterTime,
  shortId,
  shortUrl,
  toast,
} from '../../../ui';
import { ERROR_OPTIONS } from '../error-words';
import { searchedFor, TIME_RANGE_WORDS, TIME_RANGES, type FilterInUrl, type TimeRange } from '../log-filter';

interface LogFiltersProps {
  url: FilterInUrl;
  onChange(change: Partial<FilterInUrl>): void;
  onOpen(delivery_id: string): void;
  onClear?: (() => void) | false;
  endpoints: readonly EndpointView[];
  event_types: readonly EventTypeView[];
  /** The log is one endpoint's. */
  fixed_endpoint?: boolean;
}

const STATUS_OPTIONS = DELIVERY_STATUSES.map((value: DeliveryStatus) => ({
  value,
  label: DELIVERY_STATUS_WORDS[value],
}));

export function LogFilters({
  url,
  onChange,
  onOpen,
  onClear,
  endpoints,
  event_types,
  fixed_endpoint,
}: LogFiltersProps) {
  return (
    <FilterBar onClear={onClear}>
      <IdSearch url={url} onChange={onChange} onOpen={onOpen} />
      <FilterSelect
        label="Status"
        value={url.status}
        options={STATUS_OPTIONS}
        onChange={(status) => onChange({ status })}
      />
      {!fixed_endpoint && (
        <FilterSelect
          label="Endpoint"
          value={url.endpoint_id}
          options={withChosen(
            endpoints.map(({ id, url: address, enabled }) => ({
              value: id,
              label: shortUrl(address),
              ...(!enabled && { hint: 'disabled' }),
            })),
            url.endpoint_id,
            shortId,
          )}
          onChange={(endpoint_id) => onChange({ endpoint_id })}
        />
      )}
      <FilterSelect
        label="Event"
        value={url.event}
        options={withChosen(
          event_types.map(({ name }) => ({ value: name, label: name })),
          url.event,
        )}
        onChange={(event) => onChange({ event })}
      />
      <FilterSelect
        label="Error"
        value={url.error}
        options={withChosen(ERROR_OPTIONS, url.error)}
        onChange={(error) => onChange({ error })}
      />
      <TimeFilter url={url} onChange={onChange} />
    </FilterBar>
  );
}

/** What the URL names stays readable, also where the list does not have it (any more). */
function withChosen<O extends { value: string; label: string }>(
  options: readonly O[],
  chosen: string | undefined,
  nameOf: (value: string) => string = (value) => value,
): { value: string; label: string; hint?: string }[] {
  const is_known = chosen === undefined || options.some(({ value }) => value === chosen);
  return is_known ? [...options] : [...options, { value: chosen, label: nameOf(chosen) }];
}

/** An event's id filters, a delivery's id opens it. Anything else is neither, and is said so once one stops typing. */
function IdSearch({ url, onChange, onOpen }: Pick<LogFiltersProps, 'url' | 'onChange' | 'onOpen'>) {
  const search = (text: string | undefined) => {
    const found = text === undefined ? { event_id: undefined } : searchedFor(text);
    if (!found)
      toast.info('That is no event or delivery id', 'They begin with evt_ or dlv_ and are 30 characters long.');
    else if ('delivery' in found) onOpen(found.delivery);
    else if (found.event_id !== url.event_id) onChange(found);
  };
  return (
    <FilterSearch
      label="Search by event or delivery id"
      placeholder="Event or delivery id"
      value={url.event_id}
      onChange={search}
    />
  );
}

type TimeChoice = TimeRange | 'custom';

const TIME_OPTIONS: { value: TimeChoice; label: string }[] = [
  ...TIME_RANGES.map((value) => ({ value, label: TIME_RANGE_WORDS[value] })),
  { value: 'custom', label: 'between two moments…' },
];

function TimeFilter({ url, onChange }: Pick<LogFiltersProps, 'url' | 'onChange'>) {
  const [is_custom_open, setCustomOpen] = useState(false);
  const is_custom = url.range === undefined && (is_custom_open || url.since !== undefined || url.until !== undefined);
  const choose = (choice: TimeChoice | undefined) => {
    setCustomOpen(choice === 'custom');
    if (choice === 'custom') onChange({ range: undefined });
    else onChange({ range: choice, since: undefined, until: undefined });
  };
  return (
    <>
      <FilterSelect label="Time" value={is_custom ? 'custom' : url.range} options={TIME_OPTIONS} onChange={choose} />
      {is_custom && (
        <>
          <FilterTime label="From" value={url.since} onChange={(since) => onChange({ since })} />
          <FilterTime label="To" value={url.until} onChange={(until) => onChange({ until })} />
        </>
      )}
    </>
  );
}
