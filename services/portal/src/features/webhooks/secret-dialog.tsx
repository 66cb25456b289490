import { Link } from '@tanstack/react-router';
import { useSession } from '../../api';
import { linkClass, Mono, SecretOnceDialog } from '../../ui';

/** The signing secret, the only time that it is shown, and where it goes. */
export function SigningSecretDialog({
  secret,
  title,
  children,
  onClose,
}: {
  secret: string | null;
  title: string;
  children?: React.ReactNode;
  onClose(): void;
}) {
  const { header_names } = useSession();
  return (
    <SecretOnceDialog secret={secret} onClose={onClose} title={title} label="Signing secret">
      <div className="flex flex-col gap-2 text-muted">
        {children}
        <p>
          Your server verifies <Mono>webhook-signature</Mono> (or <Mono>{header_names.signature}</Mono>) with it, so
          that nobody else can invent events.{' '}
          <Link to="/docs" search={{ topic: 'webhooks' }} target="_blank" className={linkClass}>
            Code for your language
            <span className="sr-only"> (opens in a new tab)</span>
          </Link>
        </p>
      </div>
    </SecretOnceDialog>
  );
}
