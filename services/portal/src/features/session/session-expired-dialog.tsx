import { useEffect, useRef, useState } from 'react';
import { useSession } from '../../api';
import { adoptSession, leaveSession, onSessionExpired, queries } from '../../api/wiring';
import { Button, Dialog } from '../../ui';
import { SignInForm } from './sign-in-form';

/** The session ended under an open page. Signing in again goes on where one was; nothing typed is lost. */
export function SessionExpiredDialog() {
  const session = useSession();
  const [is_open, setOpen] = useState(false);
  const password_field = useRef<HTMLInputElement>(null);
  useEffect(() => onSessionExpired(() => setOpen(true)), []);
  const go_on = () => {
    setOpen(false);
    void queries.invalidateQueries();
  };
  if (!session.user) {
    return (
      <Dialog open={is_open} onClose={() => undefined} title="The time of this link is over" size="sm" must_answer>
        <p className="text-sm">
          A link is good for an hour. Open the integrations again from the page you came from to get a new one.
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog
      open={is_open}
      onClose={() => undefined}
      title="You have been signed out"
      description="That happens after 30 days, or when the session was ended elsewhere. Sign in to go on where you were."
      size="sm"
      must_answer
      initialFocus={password_field}
      footer={
        <Button tone="quiet" onClick={leaveSession}>
          Somebody else? Leave this page
        </Button>
      }
    >
      <SignInForm
        email={session.user.email}
        password_field={password_field}
        onSignedIn={(renewed) => {
          adoptSession(renewed);
          go_on();
        }}
      />
    </Dialog>
  );
}
