import { ROLES, type Role } from '@switchboard/shared/portal';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { useApi, useInvalidate, useSession, type CreatedInvitation } from '../../api';
import { applyServerErrors, Button, CopyButton, Dialog, Notice, RadioGroup, TextField, toast } from '../../ui';
import { ROLE_WORDS } from './role-words';

interface InviteForm {
  email: string;
  role: Role;
}

const EMPTY: InviteForm = { email: '', role: 'developer' };

export function InviteDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const api = useApi();
  const invalidate = useInvalidate();
  const { emails_are_sent } = useSession();
  const [created, setCreated] = useState<CreatedInvitation | null>(null);
  const form = useForm<InviteForm>({ defaultValues: EMPTY });
  const { errors, isSubmitting } = form.formState;
  const close = () => {
    onClose();
    setCreated(null);
    form.reset(EMPTY);
  };
  const invite = form.handleSubmit(async (values) => {
    try {
      const invitation = await api.post<CreatedInvitation>('/people/invitations', values);
      void invalidate('/people');
      if (invitation.link !== null) return setCreated(invitation);
      toast.success(`Invitation sent to ${invitation.email}`);
      close();
    } catch (error) {
      applyServerErrors(form, error);
    }
  });
  if (created?.link) return <LinkToCopy open={open} invitation={created} link={created.link} onClose={close} />;
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Invite somebody"
      description={
        emails_are_sent
          ? 'They get an e-mail with a link that is good for 7 days.'
          : 'You get a link that is good for 7 days, to send to them yourself.'
      }
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button tone="primary" type="submit" form="invite" busy={isSubmitting && 'Inviting…'}>
            {emails_are_sent ? 'Send invitation' : 'Make link'}
          </Button>
        </>
      }
    >
      <form id="invite" noValidate onSubmit={(event) => void invite(event)} className="flex flex-col gap-4">
        {errors.root && <Notice tone="bad">{errors.root.message}</Notice>}
        <TextField
          type="email"
          label="E-mail"
          error={errors.email?.message}
          {...form.register('email', { required: 'Type the address of who you want to invite.' })}
        />
        <Controller
          control={form.control}
          name="role"
          render={({ field }) => (
            <RadioGroup
              label="Role"
              value={field.value}
              onChange={field.onChange}
              error={errors.role?.message}
              columns
              options={ROLES.map((role) => ({ value: role, ...ROLE_WORDS[role] }))}
            />
          )}
        />
      </form>
    </Dialog>
  );
}

interface LinkToCopyProps {
  open: boolean;
  invitation: CreatedInvitation;
  link: string;
  onClose(): void;
}

function LinkToCopy({ open, invitation, link, onClose }: LinkToCopyProps) {
  const { emails_are_sent } = useSession();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Send them this link"
      footer={
        <Button tone="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        {emails_are_sent && (
          <Notice tone="warn">The e-mail could not be sent; the invitation is good all the same.</Notice>
        )}
        <p>
          Whoever opens it joins as {ROLE_WORDS[invitation.role].label.toLowerCase()} with the address{' '}
          <strong>{invitation.email}</strong>. It works once, for 7 days, and is not shown again.
        </p>
        <div className="flex items-center gap-2">
          <code className="min-w-0 flex-1 rounded-md border border-line bg-sunken px-3 py-2 font-mono text-xs break-all select-all">
            {link}
          </code>
          <CopyButton value={link} label="Copy invitation link" words="Copy" size="md" />
        </div>
      </div>
    </Dialog>
  );
}
