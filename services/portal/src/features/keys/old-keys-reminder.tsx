import { RotateCw } from 'lucide-react';
import type { ApiKeyView } from '../../api';
import { Button, count, Mono, Notice, plural, useNow } from '../../ui';
import { ageInDays, OLD_DAYS, shouldBeRolled } from './key-health';
import { useKeyRights } from './use-key-rights';

const SHOWN = 3;

/** Keys that work and are older than 90 days, the oldest first, each with the way to renew it. */
export function OldKeysReminder({ keys, onRoll }: { keys: readonly ApiKeyView[]; onRoll(key: ApiKeyView): void }) {
  const now = useNow();
  const { isAllowed } = useKeyRights();
  const old = keys
    .filter((key) => shouldBeRolled(key, now))
    .sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  if (old.length === 0) return null;
  return (
    <Notice tone="warn">
      <p className="font-medium">
        {plural(old.length, 'key is', 'keys are')} older than {OLD_DAYS} days.
      </p>
      <p>Roll a key now and then: a copy that lies about somewhere is then worth nothing.</p>
      <ul className="mt-2 flex flex-col gap-1.5">
        {old.slice(0, SHOWN).map((key) => (
          <li key={key.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 break-words">
              {key.name} <Mono>{`${key.prefix}…${key.last4}`}</Mono>, {count(ageInDays(key, now))} days old
            </span>
            {isAllowed(key.mode) && (
              <Button size="sm" icon={RotateCw} aria-label={`Roll ${key.name}`} onClick={() => onRoll(key)}>
                Roll
              </Button>
            )}
          </li>
        ))}
      </ul>
      {old.length > SHOWN && <p className="mt-1.5">And {plural(old.length - SHOWN, 'more key')} in the list below.</p>}
    </Notice>
  );
}
