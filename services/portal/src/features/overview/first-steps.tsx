import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleDashed } from 'lucide-react';
import {
  useAbility,
  useApiList,
  useApiQuery,
  useScope,
  type DeliveryView,
  type EndpointView,
  type UsageView,
} from '../../api';
import { Card, cx, linkClass } from '../../ui';

/** Leads a new account to its first delivery. Gone once there is one. */
export function FirstSteps() {
  const usage = useApiQuery<UsageView>('/usage');
  const newest = useApiList<DeliveryView>('/deliveries', { query: { per_page: 1 } });
  // Of this mode; the usage counts those of both.
  const webhooks = useApiList<EndpointView>('/webhooks', { query: { per_page: 1 } });
  const can_make_keys = useAbility('keys:manage_test');
  const can_add_webhooks = useAbility('webhooks:manage');
  const { session, tenant } = useScope();
  if (!usage.data || !newest.data || !webhooks.data || newest.data.data.length > 0) return null;
  const { keys } = usage.data.counts;
  const has_webhook = webhooks.data.data.length > 0;
  const steps = [
    session.kind === 'user' && {
      done: keys > 0,
      text: 'Make an API key',
      hint: 'With it your programs call the API. Begin with a test key; it touches nothing live.',
      link: can_make_keys && (
        <Link className={linkClass} to="/keys" search={{ add: '1' }}>
          Make a key
        </Link>
      ),
    },
    {
      done: has_webhook,
      text: 'Add a webhook',
      hint: 'An address of yours that hears of each event as it happens.',
      link: can_add_webhooks && (
        <Link className={linkClass} to="/webhooks" search={{ add: '1' }}>
          Add a webhook
        </Link>
      ),
    },
    {
      done: false,
      text: 'Send a test event',
      hint: 'See here how it arrives, attempt by attempt.',
      link: can_add_webhooks && has_webhook && (
        <Link className={linkClass} to="/events">
          Choose an event
        </Link>
      ),
    },
  ];
  return (
    <Card
      title={`Welcome, ${tenant.name}`}
      actions={
        <Link to="/docs" className={linkClass}>
          Read the docs
        </Link>
      }
    >
      <ol className="grid gap-4 sm:grid-cols-3">
        {steps.map(
          (step) =>
            step && (
              <li key={step.text} className="flex gap-2.5 text-sm">
                {step.done ? (
                  <CircleCheck aria-label="Done:" className="mt-0.5 size-4 shrink-0 text-good" />
                ) : (
                  <CircleDashed aria-label="To do:" className="mt-0.5 size-4 shrink-0 text-muted" />
                )}
                <div>
                  <p className={cx('font-medium', step.done && 'text-muted')}>{step.text}</p>
                  <p className="text-muted">{step.hint}</p>
                  {!step.done && step.link}
                </div>
              </li>
            ),
        )}
      </ol>
    </Card>
  );
}
