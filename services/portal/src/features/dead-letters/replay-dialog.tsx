import { useApi, useInvalidate, type DeadLetterGroup, type ReplayInput, type ReplayWithResult } from '../../api';
import { ConfirmDialog, localTime, Mono, plural, shortUrl } from '../../ui';
import { errorWords } from '../deliveries/error-words';

export interface ReplayAsked {
  since: string;
  /** As many as were counted last. */
  total: number;
  /** How many of them belong to webhooks that are disabled or deleted. */
  skipped?: number;
  /** One group; undefined: all. */
  group?: DeadLetterGroup;
}

/** Asks once more, because a receiver will feel it; then the replay runs by itself. */
export function ReplayDialog({
  asked,
  onClose,
  onStarted,
}: {
  asked: ReplayAsked | null;
  onClose(): void;
  onStarted(replay: ReplayWithResult): void;
}) {
  const api = useApi();
  const invalidate = useInvalidate();
  const start = async () => {
    if (!asked) return;
    const replay = await api.post<ReplayWithResult>('/replays', inputOf(asked));
    void invalidate('/replays', '/dead-letters', '/deliveries');
    onStarted(replay);
  };
  const group = asked?.group;
  const skipped = asked?.skipped ?? 0;
  return (
    <ConfirmDialog
      open={asked !== null}
      onClose={onClose}
      title={group ? 'Replay this group?' : 'Replay everything?'}
      undo="You can stop it while it runs. What was sent stays sent."
      action="Replay"
      busy="Starting…"
      danger={false}
      onConfirm={start}
    >
      <div className="flex flex-col gap-2">
        <p>
          {plural(asked?.total ?? 0, 'delivery', 'deliveries')} of events since {asked && localTime(asked.since)}
          {group && (
            <>
              {' '}
              to <Mono wrap>{shortUrl(group.endpoint.url)}</Mono> ({errorWords(group.error, null).short.toLowerCase()})
            </>
          )}{' '}
          will be sent again, oldest first, at most 50 a second.
        </p>
        <p>
          Each has all its attempts again, and the same <Mono>webhook-id</Mono>: your server recognises what it had
          before.
        </p>
        {skipped > 0 && (
          <p>{plural(skipped, 'delivery', 'deliveries')} of disabled or deleted webhooks will be left out.</p>
        )}
      </div>
    </ConfirmDialog>
  );
}

function inputOf({ since, group }: ReplayAsked): ReplayInput {
  return {
    status: ['dead'],
    since,
    ...(group && { endpoint_id: group.endpoint.id, error: group.error.code }),
  };
}
