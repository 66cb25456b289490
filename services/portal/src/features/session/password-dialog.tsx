import { useForm } from 'react-hook-form';
import { useApi } from '../../api';
import { applyServerErrors, Button, Dialog, Notice, TextField, toast } from '../../ui';

interface PasswordForm {
  current_password: string;
  new_password: string;
}

const EMPTY: PasswordForm = { current_password: '', new_password: '' };

export function PasswordDialog({ open, onClose }: { open: boolean; onClose(): void }) {
  const api = useApi();
  const form = useForm<PasswordForm>({ defaultValues: EMPTY });
  const { errors, isSubmitting } = form.formState;
  const close = () => {
    form.reset(EMPTY);
    onClose();
  };
  const save = form.handleSubmit(async (values) => {
    try {
      await api.post('/session/password', values);
      toast.success('Your password is changed');
      close();
    } catch (error) {
      applyServerErrors(form, error);
    }
  });
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Change password"
      size="sm"
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button tone="primary" type="submit" form="change-password" busy={isSubmitting && 'Changing…'}>
            Change password
          </Button>
        </>
      }
    >
      <form id="change-password" noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-4">
        {errors.root && <Notice tone="bad">{errors.root.message}</Notice>}
        <TextField
          type="password"
          label="Current password"
          autoComplete="current-password"
          error={errors.current_password?.message}
          {...form.register('current_password', { required: 'Type the password you have now.' })}
        />
        <TextField
          type="password"
          label="New password"
          autoComplete="new-password"
          hint="At least 10 characters; a few words are better than one with tricks."
          error={errors.new_password?.message}
          {...form.register('new_password', NEW_PASSWORD_RULES)}
        />
      </form>
    </Dialog>
  );
}

export const NEW_PASSWORD_RULES = {
  required: 'Choose a password.',
  minLength: { value: 10, message: 'Take at least 10 characters.' },
  maxLength: { value: 200, message: 'Take at most 200 characters.' },
};
