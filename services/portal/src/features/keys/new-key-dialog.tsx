import type { CreatedApiKey } from '../../api';
import { CodeBlock, SecretOnceDialog } from '../../ui';
import { firstRequest } from './first-request';

interface NewKeyDialogProps {
  /** Held by the screen while this is open, and nowhere else. */
  created: CreatedApiKey | null;
  onClose(): void;
}

/** The key, once, with a line that tries it. */
export function NewKeyDialog({ created, onClose }: NewKeyDialogProps) {
  const line = created && firstRequest(`${window.location.origin}/api/v1`, created.key, created.scopes);
  return (
    <SecretOnceDialog
      secret={created?.key ?? null}
      onClose={onClose}
      title={created ? `Your new ${created.mode} key “${created.name}”` : 'Your new key'}
      label="API key"
    >
      {line ? (
        <CodeBlock code={line} label="Command that tries the key" title="Try it in a terminal" wrap />
      ) : (
        <p className="text-muted">
          Send it as <span className="font-mono text-[0.8125rem]">Authorization: Bearer …</span> with each request.
        </p>
      )}
    </SecretOnceDialog>
  );
}
