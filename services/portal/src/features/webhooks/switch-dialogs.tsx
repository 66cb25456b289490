import { useApi, useInvalidate, useScope, type EndpointView } from '../../api';
import { ConfirmDialog, Mono, shortUrl, toast } from '../../ui';
import { rememberDeleted } from './last-deleted';

export interface Asked {
  kind: 'disable' | 'delete';
  endpoint: EndpointView;
}

/** The two questions one is asked before a webhook stops. */
export function SwitchDialogs({
  asked,
  onClose,
  onDeleted,
}: {
  asked: Asked | null;
  onClose(): void;
  onDeleted?: (endpoint: EndpointView) => void;
}) {
  const api = useApi();
  const invalidate = useInvalidate();
  const { tenant_id } = useScope();
  const url = shortUrl(asked?.endpoint.url ?? '');
  const disable = async () => {
    if (!asked) return;
    await api.patch(`/webhooks/${asked.endpoint.id}`, { enabled: false });
    void invalidate('/webhooks', '/overview', '/deliveries');
    toast.success('Webhook disabled', `${url} gets nothing until you enable it.`);
  };
  const remove = async () => {
    if (!asked) return;
    await api.delete(`/webhooks/${asked.endpoint.id}`);
    rememberDeleted(tenant_id, asked.endpoint);
    onDeleted?.(asked.endpoint);
    void invalidate('/webhooks', '/overview', '/usage', '/deliveries', '/dead-letters');
  };
  return (
    <>
      <ConfirmDialog
        open={asked?.kind === 'disable'}
        onClose={onClose}
        title="Disable this webhook?"
        undo="To undo it, enable it again. Deliveries that were cancelled meanwhile can then be sent with “Send what it missed”."
        action="Disable"
        busy="Disabling…"
        danger={false}
        onConfirm={disable}
      >
        <p className="mb-2">
          <Mono wrap>{url}</Mono>
        </p>
        <ul className="flex list-disc flex-col gap-1 pl-4">
          <li>New events are not sent to it, neither now nor later. You still find them under Events.</li>
          <li>What is pending for it is cancelled when its next attempt is due.</li>
          <li>Your other webhooks are told by the event webhook_endpoint.disabled.</li>
        </ul>
      </ConfirmDialog>
      <ConfirmDialog
        open={asked?.kind === 'delete'}
        onClose={onClose}
        title="Delete this webhook?"
        undo="This cannot be undone. You can add a webhook with the same settings again, which gets a new signing secret and none of the old deliveries."
        action="Delete webhook"
        busy="Deleting…"
        onConfirm={remove}
      >
        <p className="mb-2">
          <Mono wrap>{url}</Mono>
        </p>
        <ul className="flex list-disc flex-col gap-1 pl-4">
          <li>It gets no events from now on, and its signing secret is gone.</li>
          <li>What is pending for it is cancelled; what failed can no longer be replayed.</li>
          <li>Its deliveries stay in the log, as a record.</li>
        </ul>
        <p className="mt-2">To pause it for a while, disable it instead.</p>
      </ConfirmDialog>
    </>
  );
}
