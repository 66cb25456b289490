import { plural, Tooltip } from '../../ui';
import { eventsInShort } from './endpoint-words';

const CHIP = 'inline-flex h-5.5 max-w-full items-center rounded-full bg-sunken px-2 text-xs';

/** What an endpoint subscribes to: some of it, and how many more there are. */
export function EventChips({ patterns, most }: { patterns: readonly string[]; most: number }) {
  const { shown, more } = eventsInShort(patterns, most);
  return (
    <ul aria-label="Subscribed events" className="flex flex-wrap items-center gap-1">
      {shown.map((pattern) => (
        <li key={pattern} className={CHIP}>
          <span className="truncate">{pattern}</span>
        </li>
      ))}
      {more.length > 0 && (
        <li>
          <Tooltip text={more.join(', ')}>
            <button
              type="button"
              className={`${CHIP} text-muted`}
              aria-label={`${plural(more.length, 'more event')}: ${more.join(', ')}`}
            >
              +{more.length}
            </button>
          </Tooltip>
        </li>
      )}
    </ul>
  );
}
