import { useState } from 'react';
import { useApiList, type ReplayView } from '../../api';
import { ReplayProgress } from './replay-progress';

interface RunningReplaysProps {
  /** Asked for on this screen. */
  own: readonly string[];
  /** Only those of one endpoint. */
  endpoint_id?: string;
  onDismiss?(id: string): void;
}

const LOOK_FOR_OTHERS_MS = 10_000;

/** Replays of many: one's own, and those that somebody else has running. One that ends stays until it is dismissed. */
export function RunningReplays({ own, endpoint_id, onDismiss }: RunningReplaysProps) {
  const running = useApiList<ReplayView>('/replays', {
    query: { status: 'running', per_page: 10 },
    refetch_ms: LOOK_FOR_OTHERS_MS,
  });
  const [seen, setSeen] = useState<readonly string[]>([]);
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const fresh = (running.data?.data ?? [])
    .filter(({ filter }) => endpoint_id === undefined || filter.endpoint_id === endpoint_id)
    .map(({ id }) => id)
    .filter((id) => !seen.includes(id));
  if (fresh.length > 0) setSeen([...fresh, ...seen]);
  const shown = [...new Set([...own, ...seen])].filter((id) => !dismissed.includes(id));
  return shown.map((id) => (
    <ReplayProgress
      key={id}
      id={id}
      onDismiss={() => {
        setDismissed([...dismissed, id]);
        onDismiss?.(id);
      }}
    />
  ));
}
