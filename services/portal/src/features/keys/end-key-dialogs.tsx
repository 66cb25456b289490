import { useApi, useInvalidate, type ApiKeyView } from '../../api';
import { ConfirmDialog, Notice, RelativeTime, toast, useNow } from '../../ui';
import { isUsable } from './key-health';

interface EndKeyDialogProps {
  subject: ApiKeyView | null;
  onClose(): void;
}

interface EndKeyProps extends EndKeyDialogProps {
  subject: ApiKeyView;
}

/** Ends a key and leaves it in the list. */
export function RevokeKeyDialog({ subject, onClose }: EndKeyDialogProps) {
  return subject && <Revoke key={subject.id} subject={subject} onClose={onClose} />;
}

function Revoke({ subject, onClose }: EndKeyProps) {
  const api = useApi();
  const invalidate = useInvalidate();
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke “${subject.name}”?`}
      undo="This cannot be undone. If you need one again, create a new key."
      action="Revoke key"
      busy="Revoking…"
      onConfirm={async () => {
        await api.post(`/keys/${subject.id}/revoke`);
        void invalidate('/keys', '/usage', '/audit');
        toast.success(`“${subject.name}” is revoked`, 'Requests with it are answered with 401 from now on.');
      }}
    >
      <Consequence subject={subject} />
    </ConfirmDialog>
  );
}

/** Ends a key and takes it out of the list. */
export function DeleteKeyDialog({ subject, onClose }: EndKeyDialogProps) {
  return subject && <Delete key={subject.id} subject={subject} onClose={onClose} />;
}

function Delete({ subject, onClose }: EndKeyProps) {
  const api = useApi();
  const invalidate = useInvalidate();
  const now = useNow();
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Delete “${subject.name}”?`}
      undo="This cannot be undone. The audit log keeps what was done with it."
      action="Delete key"
      busy="Deleting…"
      onConfirm={async () => {
        await api.delete(`/keys/${subject.id}`);
        void invalidate('/keys', '/usage', '/audit');
        toast.success(`“${subject.name}” is deleted`);
      }}
    >
      {isUsable(subject, now) ? (
        <Consequence subject={subject} />
      ) : (
        <p>It works no longer already. Deleting takes it out of this list.</p>
      )}
    </ConfirmDialog>
  );
}

function Consequence({ subject }: { subject: ApiKeyView }) {
  const key = <span className="font-mono text-[0.8125rem]">{`${subject.prefix}…${subject.last4}`}</span>;
  return (
    <div className="flex flex-col gap-3">
      <p>Every request with {key} is refused with 401, at once.</p>
      {subject.last_used_at === null ? (
        <p>It was never used.</p>
      ) : (
        <Notice tone="warn">
          It was last used <RelativeTime time={subject.last_used_at} />. If a system of yours still uses it, roll it
          instead: then both keys work for a while.
        </Notice>
      )}
    </div>
  );
}
