import { useApi, useApiMutation, type DeliveryView } from '../../api';
import { toast } from '../../ui';

/** Sends an ended delivery once more. It shows as pending at once; a refusal puts back what was. */
export function useReplay(onChanged: (delivery: DeliveryView) => void) {
  const api = useApi();
  const replay = useApiMutation(
    (delivery: DeliveryView) => {
      onChanged(startingAnew(delivery));
      return api.post<DeliveryView>(`/deliveries/${delivery.id}/replay`);
    },
    {
      onSuccess: (started, before) => {
        onChanged(started);
        toast.success('It is sent once more', `${before.event}, with a fresh signature and all its attempts again.`);
      },
      onError: (error, before) => {
        onChanged(before);
        toast.error('It was not replayed', error);
      },
    },
  );
  return { replay: replay.mutate, is_busy: replay.isPending };
}

function startingAnew(delivery: DeliveryView): DeliveryView {
  const next_attempt_at = new Date().toISOString();
  return {
    ...delivery,
    status: 'pending',
    trigger: 'replay',
    cancel_reason: null,
    next_attempt_at,
    completed_at: null,
  };
}

/** Why a replay is not offered; null where it is. The server has the last word. */
export function whyNoReplay(delivery: DeliveryView, may_replay: boolean): string | null {
  if (!may_replay) return 'Your role may look but not replay. A developer, an admin or an owner can.';
  if (delivery.status === 'pending') return 'It has not ended: it is tried again by itself.';
  if (delivery.trigger === 'test') return 'This was a test. Send another one from the webhook’s page.';
  return null;
}
