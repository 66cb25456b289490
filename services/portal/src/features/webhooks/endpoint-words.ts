import type { EndpointHealth, EndpointView } from '../../api/types';
import { percent, plural } from '../../ui/format';

/** What an endpoint gets, in a few words: the first patterns, and how many more there are. */
export function eventsInShort(patterns: readonly string[], most: number): { shown: string[]; more: string[] } {
  if (patterns.includes('*')) return { shown: ['every event'], more: [] };
  return { shown: patterns.slice(0, most), more: patterns.slice(most) };
}

interface WhyDisabled {
  title: string;
  /** What to do before it is enabled again. */
  advice: string;
}

/** Why it is disabled, and what to do about it. */
export function whyDisabled({ disabled_reason }: Pick<EndpointView, 'disabled_reason'>): WhyDisabled {
  if (disabled_reason === 'gone')
    return {
      title: 'Its receiver answered 410 Gone, which means: never send here again.',
      advice: 'Look whether the address has moved, change it if so, and enable the webhook.',
    };
  if (disabled_reason === 'failing')
    return {
      title: 'Every delivery to it had failed for 5 days.',
      advice: 'Mend the receiver, enable the webhook, and send a test to see that it answers.',
    };
  return { title: 'Somebody disabled it by hand.', advice: 'Enable it whenever its receiver is ready.' };
}

/** The last 24 hours in a sentence. */
export function healthInWords(health: EndpointHealth | undefined): string {
  if (!health) return 'No figures yet.';
  const sum = (kind: 'succeeded' | 'failed') => health.hours.reduce((total, hour) => total + hour[kind], 0);
  const [succeeded, failed] = [sum('succeeded'), sum('failed')];
  if (succeeded + failed === 0) return 'No delivery ended in the last 24 hours.';
  const arrived = `${plural(succeeded, 'delivery', 'deliveries')} arrived`;
  if (failed === 0) return `${arrived} in the last 24 hours, none failed.`;
  return `${arrived} in the last 24 hours, ${failed.toLocaleString('en')} failed for good (${percent(succeeded / (succeeded + failed))} arrived).`;
}

const FINDABLE: (keyof Pick<EndpointView, 'id' | 'url' | 'description'>)[] = ['id', 'url', 'description'];

/** The endpoints that have all the words in their address, description, id or events. */
export function foundEndpoints(endpoints: readonly EndpointView[], text: string | undefined): EndpointView[] {
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return endpoints.filter((endpoint) => {
    const readable = [...FINDABLE.map((name) => endpoint[name]), ...endpoint.event_types].join(' ').toLowerCase();
    return words.every((word) => readable.includes(word));
  });
}
