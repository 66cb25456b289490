import { FilterX, Webhook } from 'lucide-react';
import { Button, ButtonLink, DELIVERY_STATUS_WORDS, EmptyState, localTime } from '../../../ui';
import { ERROR_OPTIONS } from '../error-words';
import { TIME_RANGE_WORDS, type FilterInUrl } from '../log-filter';
import type { EndpointName } from '../../webhooks/endpoint-name';

interface EmptyLogProps {
  url: FilterInUrl;
  is_filtered: boolean;
  nameOf: EndpointName;
  onClear(): void;
  has_endpoints: boolean;
  fixed_endpoint?: boolean;
}

/** Why there is nothing, and what to do. */
export function EmptyLog({ url, is_filtered, nameOf, onClear, has_endpoints, fixed_endpoint }: EmptyLogProps) {
  if (is_filtered)
    return (
      <EmptyState icon={FilterX} title="No delivery matches" action={<Button onClick={onClear}>Clear filters</Button>}>
        There is none with {wordsOf(url, nameOf, fixed_endpoint).join(', ')}.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={Webhook}
      title="No deliveries yet"
      action={
        !fixed_endpoint && (
          <ButtonLink to="/webhooks" search={has_endpoints ? {} : { add: '1' }}>
            {has_endpoints ? 'Open your webhooks' : 'Add a webhook'}
          </ButtonLink>
        )
      }
    >
      {has_endpoints || fixed_endpoint
        ? 'As soon as something happens that an endpoint subscribes to, its delivery appears here. A test from the webhook’s page shows up as well.'
        : 'Add a webhook endpoint first. Every event that is sent to it then appears here, live, with each attempt.'}
    </EmptyState>
  );
}

function wordsOf(url: FilterInUrl, nameOf: EndpointName, fixed_endpoint = false): string[] {
  const { status, endpoint_id, event, event_id, range, since, until, error } = url;
  return [
    status && `the status “${DELIVERY_STATUS_WORDS[status]}”`,
    endpoint_id && !fixed_endpoint && `the endpoint ${nameOf(endpoint_id)}`,
    event && `the event ${event}`,
    event_id && `the event id ${event_id}`,
    error && `the error “${ERROR_OPTIONS.find(({ value }) => value === error)?.label ?? error}”`,
    range && `a time in the ${TIME_RANGE_WORDS[range]}`,
    !range && since && `a time from ${localTime(since)} on`,
    !range && until && `a time before ${localTime(until)}`,
  ].filter((words): words is string => Boolean(words));
}
