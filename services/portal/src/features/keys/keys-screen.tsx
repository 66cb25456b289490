import { KeyRound, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useApiAll, type ApiKeyView, type CreatedApiKey } from '../../api';
import {
  Button,
  Card,
  count,
  EmptyState,
  FirstOf,
  Loaded,
  Notice,
  PageHeader,
  plural,
  Segmented,
  useNow,
  useSearchState,
  useShortcut,
} from '../../ui';
import { CreateKeyDialog } from './create-key-dialog';
import { DeleteKeyDialog, RevokeKeyDialog } from './end-key-dialogs';
import { inOrder } from './key-health';
import { KeyTable } from './key-table';
import { NewKeyDialog } from './new-key-dialog';
import { OldKeysReminder } from './old-keys-reminder';
import { RollKeyDialog } from './roll-key-dialog';
import type { KeysSearch } from './search';
import { useKeyRights } from './use-key-rights';

type Doing = { what: 'roll' | 'revoke' | 'delete'; key: ApiKeyView };

export function KeysScreen() {
  const [search, setSearch] = useSearchState<KeysSearch>();
  const keys = useApiAll<ApiKeyView>('/keys');
  const { may_create, whyNot } = useKeyRights();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  const add = () => setSearch({ add: '1' });
  useShortcut('n', 'Create a key', add, { is_on: may_create });
  const subjectOf = (what: Doing['what']) => (doing?.what === what ? doing.key : null);
  const show = (key: CreatedApiKey) => {
    setDoing(null);
    setSearch({ add: undefined });
    setCreated(key);
  };
  useFocusOnNewKey(created);
  const reason = whyNot('test');
  return (
    <>
      <PageHeader
        title="API keys"
        description="Keys let your own systems use the API in this account's name. Live keys act on real data, test keys on test data only."
        actions={
          may_create && (
            <Button tone="primary" icon={Plus} onClick={add}>
              Create key
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-4">
        {reason && <Notice>You can see the keys and how they are used. {reason}</Notice>}
        <Loaded query={keys} words="Loading your keys…">
          {({ rows, total }) => (
            <>
              <OldKeysReminder keys={rows} onRoll={(key) => setDoing({ what: 'roll', key })} />
              <KeyList
                keys={rows}
                mode={search.mode}
                onMode={(mode) => setSearch({ mode })}
                onAdd={may_create ? add : undefined}
                onDo={setDoing}
              />
              {total > rows.length && (
                <p className="text-xs text-muted">
                  These are the newest {count(rows.length)} of {plural(total, 'key')}. Delete those that nobody needs
                  any more.
                </p>
              )}
            </>
          )}
        </Loaded>
      </div>
      <CreateKeyDialog
        open={search.add !== undefined && may_create}
        onClose={() => setSearch({ add: undefined })}
        onCreated={show}
      />
      <NewKeyDialog created={created} onClose={() => setCreated(null)} />
      <RollKeyDialog rolled={subjectOf('roll')} onClose={() => setDoing(null)} onCreated={show} />
      <RevokeKeyDialog subject={subjectOf('revoke')} onClose={() => setDoing(null)} />
      <DeleteKeyDialog subject={subjectOf('delete')} onClose={() => setDoing(null)} />
    </>
  );
}

/** Two dialogs came one after the other, and the first is gone that knew where focus was: it goes to the new key. */
function useFocusOnNewKey(created: CreatedApiKey | null): void {
  const last_id = useRef<string | null>(null);
  useEffect(() => {
    if (created) {
      last_id.current = created.id;
      return;
    }
    const id = last_id.current;
    last_id.current = null;
    if (id === null) return;
    const frame = requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-key-menu="${id}"]`)?.focus());
    return () => cancelAnimationFrame(frame);
  }, [created]);
}

interface KeyListProps {
  keys: readonly ApiKeyView[];
  mode: KeysSearch['mode'];
  onMode(mode: KeysSearch['mode']): void;
  onAdd: (() => void) | undefined;
  onDo(doing: Doing): void;
}

function KeyList({ keys, mode, onMode, onAdd, onDo }: KeyListProps) {
  const now = useNow();
  const of_mode = useMemo(
    () =>
      inOrder(
        keys.filter((key) => mode === undefined || key.mode === mode),
        now,
      ),
    [keys, mode, now],
  );
  const create = onAdd && (
    <Button tone="primary" icon={Plus} onClick={onAdd}>
      Create key
    </Button>
  );
  return (
    <Card
      flush
      title="Keys"
      actions={
        <Segmented
          label="Which keys"
          value={mode ?? 'all'}
          onChange={(next) => onMode(next === 'all' ? undefined : next)}
          options={[
            { value: 'all', label: 'All' },
            { value: 'live', label: 'Live' },
            { value: 'test', label: 'Test' },
          ]}
        />
      }
    >
      {of_mode.length > 0 ? (
        <FirstOf rows={of_mode} what="key">
          {(shown) => (
            <KeyTable
              keys={shown}
              actions={{
                onRoll: (key) => onDo({ what: 'roll', key }),
                onRevoke: (key) => onDo({ what: 'revoke', key }),
                onDelete: (key) => onDo({ what: 'delete', key }),
              }}
            />
          )}
        </FirstOf>
      ) : keys.length > 0 ? (
        <EmptyState icon={KeyRound} title={`No ${mode ?? ''} keys`} action={create}>
          There are keys of the other mode.
        </EmptyState>
      ) : (
        <EmptyState icon={KeyRound} title="No keys yet" action={create}>
          A key is all that a system of yours needs to book appointments, read customers or manage webhooks. Begin with
          a test key: it cannot touch anything real.
        </EmptyState>
      )}
    </Card>
  );
}
