import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useAbility } from '../../../api';
import { Button } from '../../../ui';
import type { EndpointName } from '../../webhooks/endpoint-name';
import type { LogFilter } from '../log-filter';
import { ReplayDialog } from './replay-dialog';

interface ReplayButtonProps {
  filter: LogFilter;
  nameOf: EndpointName;
  onStarted(replay_id: string): void;
}

/** Sends once more what the present filter finds. */
export function ReplayButton({ filter, nameOf, onStarted }: ReplayButtonProps) {
  const [is_open, setOpen] = useState(false);
  const may_replay = useAbility('webhooks:manage');
  return (
    <>
      <span title={may_replay ? undefined : 'Your role may look but not replay.'}>
        <Button size="sm" icon={RotateCcw} disabled={!may_replay} onClick={() => setOpen(true)}>
          Replay many…
        </Button>
      </span>
      {may_replay && (
        <ReplayDialog
          open={is_open}
          onClose={() => setOpen(false)}
          filter={filter}
          nameOf={nameOf}
          onStarted={onStarted}
        />
      )}
    </>
  );
}
