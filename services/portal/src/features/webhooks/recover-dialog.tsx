import { useState } from 'react';
import { useApi, useApiMutation, type EndpointView, type ReplayWithResult } from '../../api';
import { Button, Dialog, FilterTime, InlineError, RadioGroup } from '../../ui';
import { missedSince, SINCE_CHOICES, type SinceChoice } from './missed-since';

/** "Send what it missed": everything of this endpoint that failed for good or was cancelled since a time. */
export function RecoverDialog({
  open,
  endpoint,
  onClose,
  onStarted,
}: {
  open: boolean;
  endpoint: EndpointView;
  onClose(): void;
  onStarted(replay: ReplayWithResult): void;
}) {
  const api = useApi();
  const [choice, setChoice] = useState<SinceChoice>('24h');
  const [custom, setCustom] = useState<string | undefined>();
  const recover = useApiMutation(
    (since: string) => api.post<ReplayWithResult>(`/webhooks/${endpoint.id}/recover`, { since }),
    { invalidates: ['/replays', '/deliveries', '/dead-letters'], onSuccess: onStarted },
  );
  const since = () => missedSince(choice, { custom, now: Date.now() });
  const can_start = choice !== 'custom' || custom !== undefined;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Send what it missed"
      description="Everything for this webhook that failed for good or was cancelled is sent again, oldest first, at most 50 a second."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            disabled={!can_start}
            busy={recover.isPending && 'Starting…'}
            onClick={() => {
              const from = since();
              if (from !== null) recover.mutate(from);
            }}
          >
            Send again
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        <RadioGroup<SinceChoice>
          label="Of events since"
          columns
          value={choice}
          onChange={setChoice}
          options={SINCE_CHOICES}
        />
        {choice === 'custom' && <FilterTime label="Since" value={custom} onChange={setCustom} />}
        <p className="text-muted">
          Your server may have had some of them before; it recognises them by their <code>webhook-id</code>. Events that
          happened while the webhook was disabled were never meant for it and are not sent.
        </p>
        {recover.error && <InlineError error={recover.error} />}
      </div>
    </Dialog>
  );
}
