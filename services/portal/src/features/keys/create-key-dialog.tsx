import { useState } from 'react';
import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { asApiError, useApi, useInvalidate, useMode, type CreatedApiKey, type Mode } from '../../api';
import { applyServerErrors, Button, Dialog, Notice, RadioGroup, SelectField, TextField } from '../../ui';
import { EXPIRY_OPTIONS, expiresAt, expiryProblem, type Expiry } from './expiry';
import { ScopePicker, type ScopeChoice } from './scope-picker';
import { useKeyRights } from './use-key-rights';

interface KeyForm {
  name: string;
  mode: Mode;
  scopes: ScopeChoice;
  /** Named as the server names it, so that its complaint finds the field. */
  expires_at: Expiry;
}

interface CreateKeyDialogProps {
  open: boolean;
  onClose(): void;
  onCreated(key: CreatedApiKey): void;
}

export function CreateKeyDialog({ open, ...rest }: CreateKeyDialogProps) {
  return open ? <OpenDialog {...rest} /> : null;
}

const FORM_ID = 'create-key';

function OpenDialog({ onClose, onCreated }: Omit<CreateKeyDialogProps, 'open'>) {
  const api = useApi();
  const invalidate = useInvalidate();
  const { isAllowed } = useKeyRights();
  const [mode] = useMode();
  const [is_busy, setBusy] = useState(false);
  const form = useForm<KeyForm>({
    defaultValues: {
      name: '',
      mode: mode === 'live' && isAllowed('live') ? 'live' : 'test',
      scopes: '*',
      expires_at: { preset: 'never', date: '' },
    },
  });
  // Not through a mutation of the query library: that would remember the answer, and the answer holds the key.
  const create = async ({ name, mode: of_mode, scopes, expires_at }: KeyForm) => {
    setBusy(true);
    try {
      const wanted = scopes === '*' ? ['*'] : scopes;
      const end = expiresAt(expires_at, Date.now());
      const body = { name: name.trim(), mode: of_mode, scopes: wanted, ...(end !== undefined && { expires_at: end }) };
      const key = await api.post<CreatedApiKey>('/keys', body);
      void invalidate('/keys', '/usage', '/audit');
      onCreated(key);
    } catch (error) {
      applyServerErrors(form, asApiError(error));
    } finally {
      setBusy(false);
    }
  };
  const root_error = form.formState.errors.root?.message;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Create an API key"
      description="One for each system that uses it, so that you can end one without the others."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" form={FORM_ID} busy={is_busy && 'Creating…'}>
            Create key
          </Button>
        </>
      }
    >
      <form id={FORM_ID} noValidate onSubmit={(event) => void form.handleSubmit(create)(event)}>
        <div className="flex flex-col gap-5">
          {root_error && <Notice tone="bad">{root_error}</Notice>}
          <Fields form={form} />
        </div>
      </form>
    </Dialog>
  );
}

function Fields({ form }: { form: UseFormReturn<KeyForm> }) {
  const { isAllowed, whyNot } = useKeyRights();
  const { errors } = form.formState;
  return (
    <>
      <TextField
        label="Name"
        hint="Where it is used: “Website booking form”."
        maxLength={100}
        error={errors.name?.message}
        {...form.register('name', { validate: (name) => name.trim() !== '' || 'Give it a name.' })}
      />
      <Controller
        control={form.control}
        name="mode"
        render={({ field, fieldState }) => (
          <RadioGroup
            label="Mode"
            columns
            value={field.value}
            onChange={field.onChange}
            error={fieldState.error?.message}
            options={[
              {
                value: 'live',
                label: 'Live',
                hint: whyNot('live') ?? 'Real customers and appointments.',
                disabled: !isAllowed('live'),
              },
              { value: 'test', label: 'Test', hint: 'Test data only, kept apart from the real.' },
            ]}
          />
        )}
      />
      <Controller
        control={form.control}
        name="scopes"
        rules={{ validate: (scopes) => scopes.length > 0 || 'Choose at least one, or everything.' }}
        render={({ field, fieldState }) => (
          <ScopePicker value={field.value} onChange={field.onChange} error={fieldState.error?.message} />
        )}
      />
      <Controller
        control={form.control}
        name="expires_at"
        rules={{ validate: (expiry) => expiryProblem(expiry, Date.now()) ?? true }}
        render={({ field, fieldState }) => (
          <ExpiryField
            value={field.value}
            onChange={field.onChange}
            error={(fieldState.error as { message?: string } | undefined)?.message}
          />
        )}
      />
    </>
  );
}

interface ExpiryFieldProps {
  value: Expiry;
  onChange(value: Expiry): void;
  error: string | undefined;
}

function ExpiryField({ value, onChange, error }: ExpiryFieldProps) {
  const is_date = value.preset === 'date';
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label="Expires"
        hint={value.preset === 'never' ? 'It works until you revoke it.' : 'After that it is refused with 401.'}
        value={value.preset}
        onChange={(preset) => onChange({ ...value, preset })}
        options={EXPIRY_OPTIONS}
        error={is_date ? undefined : error}
      />
      {is_date && (
        <TextField
          label="Last day"
          type="date"
          value={value.date}
          error={error}
          onChange={(event) => onChange({ ...value, date: event.target.value })}
        />
      )}
    </div>
  );
}
