import { useId, useState, type FormEvent, type RefObject } from 'react';
import { asApiError, useApi, type ApiError, type SessionView } from '../../api';
import { Button, InlineError, Notice, TextField, useNow } from '../../ui';

interface SignInFormProps {
  /** Given: only this person can sign in here. */
  email?: string;
  /** For a dialog that puts the focus there. */
  password_field?: RefObject<HTMLInputElement | null>;
  onSignedIn(session: SessionView): void;
}

/** By hand, without the library for forms: this one is in what everybody loads first. */
export function SignInForm({ email, password_field, onSignedIn }: SignInFormProps) {
  const api = useApi();
  const id = useId();
  const [is_busy, setBusy] = useState(false);
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const [error, setError] = useState<ApiError | null>(null);
  const signIn = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form_element = event.currentTarget;
    const form = new FormData(form_element);
    const values = { email: textOf(form, 'email').trim(), password: textOf(form, 'password') };
    setMissing({
      ...(values.email === '' && { email: 'Type your e-mail address.' }),
      ...(values.password === '' && { password: 'Type your password.' }),
    });
    if (values.email === '' || values.password === '') return;
    setBusy(true);
    setError(null);
    try {
      onSignedIn(await api.post<SessionView>('/session', values, { tenant_id: '' }));
    } catch (thrown) {
      setError(asApiError(thrown));
      // A wrong password is typed anew, not mended.
      const password = form_element.elements.namedItem('password');
      if (password instanceof HTMLInputElement) {
        password.value = '';
        password.focus();
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void signIn(event)} className="flex flex-col gap-4">
      {error && <Refusal key={error.received_at_ms} error={error} />}
      <TextField
        id={`${id}-email`}
        name="email"
        type="email"
        label="E-mail"
        autoComplete="username"
        readOnly={email !== undefined}
        {...(email !== undefined && { value: email })}
        error={missing.email}
      />
      <TextField
        ref={password_field}
        id={`${id}-password`}
        name="password"
        type="password"
        label="Password"
        autoComplete="current-password"
        error={missing.password}
      />
      <Button type="submit" tone="primary" busy={is_busy && 'Signing in…'}>
        Sign in
      </Button>
    </form>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

function Refusal({ error }: { error: ApiError }) {
  const until_ms = error.received_at_ms + (error.retry_after_seconds ?? 30) * 1_000;
  const wait_seconds = Math.ceil((until_ms - useNow('second')) / 1_000);
  if (error.status === 401 || error.status === 422) {
    return (
      <div role="alert">
        <Notice tone="bad">
          E-mail and password do not fit together. Check both; capital letters count in the password.
        </Notice>
      </div>
    );
  }
  if (error.status !== 429) return <InlineError error={error} />;
  return (
    <div role="alert">
      <Notice tone="warn">
        {wait_seconds > 0
          ? `Too many tries. For safety the next one is possible in ${wait_seconds} s.`
          : 'You can try again now.'}
      </Notice>
    </div>
  );
}
