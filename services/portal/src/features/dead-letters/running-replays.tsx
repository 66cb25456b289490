import { useState } from 'react';
import { useApiList, type ReplayView } from '../../api';
import { ReplayProgress } from './replay-progress';

const REFETCH_MS = 5_000;

/** The replay that was asked for here, and those that somebody else has running. One that ends stays until it is dismissed. */
export function RunningReplays({ own_id, onDismiss }: { own_id: string | undefined; onDismiss(): void }) {
  const running = useApiList<ReplayView>('/replays', {
    query: { status: 'running', per_page: 10 },
    refetch_ms: REFETCH_MS,
  });
  const [seen, setSeen] = useState<readonly string[]>([]);
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const fresh = (running.data?.data ?? []).map(({ id }) => id).filter((id) => !seen.includes(id));
  if (fresh.length > 0) setSeen([...fresh, ...seen]);
  const ids = [...new Set([...(own_id ? [own_id] : []), ...seen])].filter((id) => !dismissed.includes(id));
  return ids.map((id) => (
    <ReplayProgress
      key={id}
      id={id}
      onDismiss={() => {
        setDismissed([...dismissed, id]);
        if (id === own_id) onDismiss();
      }}
    />
  ));
}
