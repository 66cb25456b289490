import { useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { Link2Off } from 'lucide-react';
import { useForm } from 'react-hook-form';
import { useApi, type ApiError, type InvitationToShow, type SessionView } from '../../api';
import { applyServerErrors, Button, ButtonLink, EmptyState, ErrorState, Loading, Notice, TextField } from '../../ui';
import { ROLE_WORDS } from '../people/role-words';
import { NEW_PASSWORD_RULES } from './password-dialog';
import { SessionFrame } from './session-frame';
import { beginSession } from './session-query';
import { useTokenOfLink } from './token-of-link';

export function InvitationScreen() {
  const token = useTokenOfLink();
  const api = useApi();
  const invitation = useQuery<InvitationToShow, ApiError>({
    queryKey: ['invitation'],
    queryFn: () => api.post('/invitations/show', { token }, { tenant_id: '' }),
    enabled: token !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (token === null || [401, 404, 409, 410].includes(invitation.error?.status ?? 0)) return <UsedUp />;
  if (invitation.error) return <ErrorState error={invitation.error} retry={() => invitation.refetch()} />;
  if (!invitation.data) return <Loading words="Opening your invitation…" className="p-8" />;
  return <Accept token={token} invitation={invitation.data} />;
}

interface AcceptForm {
  name: string;
  password: string;
}

function Accept({ token, invitation }: { token: string; invitation: InvitationToShow }) {
  const { email, tenant_name, role, has_account } = invitation;
  const api = useApi();
  const navigate = useNavigate();
  const form = useForm<AcceptForm>({ defaultValues: { name: '', password: '' } });
  const { errors, isSubmitting } = form.formState;
  const accept = form.handleSubmit(async ({ name, password }) => {
    try {
      const body = { token, password, ...(!has_account && { name }) };
      beginSession(await api.post<SessionView>('/invitations/accept', body, { tenant_id: '' }));
      await navigate({ to: '/', replace: true });
    } catch (error) {
      applyServerErrors(form, error);
    }
  });
  return (
    <SessionFrame
      title={`Join ${tenant_name}`}
      description={`You are invited as ${ROLE_WORDS[role].label.toLowerCase()}: ${ROLE_WORDS[role].hint}`}
    >
      <form noValidate onSubmit={(event) => void accept(event)} className="flex flex-col gap-4">
        {errors.root && (
          <div role="alert">
            <Notice tone="bad">{errors.root.message}</Notice>
          </div>
        )}
        <TextField type="email" label="E-mail" value={email} readOnly autoComplete="username" />
        {!has_account && (
          <TextField
            label="Your name"
            autoComplete="name"
            error={errors.name?.message}
            {...form.register('name', { required: 'Say how your colleagues know you.' })}
          />
        )}
        <TextField
          type="password"
          label={has_account ? 'Your password' : 'Choose a password'}
          autoComplete={has_account ? 'current-password' : 'new-password'}
          hint={
            has_account
              ? 'You have an account already; it gets access to this one as well.'
              : 'At least 10 characters; a few words are better than one with tricks.'
          }
          error={errors.password?.message}
          {...form.register('password', has_account ? { required: 'Type your password.' } : NEW_PASSWORD_RULES)}
        />
        <Button type="submit" tone="primary" busy={isSubmitting && 'Joining…'}>
          Join
        </Button>
      </form>
    </SessionFrame>
  );
}

function UsedUp() {
  return (
    <SessionFrame title="Invitation">
      <EmptyState
        icon={Link2Off}
        title="This invitation cannot be used"
        action={
          <ButtonLink to="/sign-in" tone="primary">
            Sign in
          </ButtonLink>
        }
      >
        It was used already, has been withdrawn, or is older than 7 days. Open the link of the message once more, or ask
        for a new one.
      </EmptyState>
    </SessionFrame>
  );
}
