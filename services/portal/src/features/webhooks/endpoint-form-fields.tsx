import { useEffect } from 'react';
import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { asApiError, useApi, useInvalidate, type Api, type CreatedEndpoint, type EndpointView } from '../../api';
import { applyServerErrors, Button, Notice, TextField } from '../../ui';
import { changesOf, headersProblem, inFieldsOfTheForm, inputOf, type EndpointForm } from './endpoint-form';
import { EventPicker } from './event-picker';
import { HeaderFields } from './header-fields';
import { PolicyFields } from './policy-fields';
import { UrlField } from './url-field';

interface EndpointFormFieldsProps {
  endpoint: EndpointView | null;
  template: EndpointView | null;
  initial: EndpointForm;
  onChanged(is_changed: boolean): void;
  onCancel(): void;
  onSaved(endpoint: EndpointView, secret: string | null): void;
}

export function EndpointFormFields({ endpoint, template, initial, ...on }: EndpointFormFieldsProps) {
  const api = useApi();
  const invalidate = useInvalidate();
  const form = useForm<EndpointForm>({ defaultValues: initial });
  const { errors, isSubmitting, isDirty } = form.formState;
  const { onChanged } = on;
  useEffect(() => onChanged(isDirty || template !== null), [isDirty, template, onChanged]);

  // One has come to type an address; the panel itself would begin at its cross.
  const { setFocus } = form;
  const is_new = endpoint === null;
  useEffect(() => {
    if (!is_new) return;
    const timer = setTimeout(() => setFocus('url'), 50);
    return () => clearTimeout(timer);
  }, [is_new, setFocus]);

  const save = async (values: EndpointForm) => {
    try {
      // Straight to the caller: an answer with a secret in it must not stay behind in a cache.
      const { secret, ...saved } = await send(api, endpoint, values);
      void invalidate('/webhooks', '/overview', '/usage');
      on.onSaved(saved, secret ?? null);
    } catch (thrown) {
      applyServerErrors(form, inFieldsOfTheForm(asApiError(thrown), values));
    }
  };
  return (
    <form
      noValidate
      aria-label={endpoint ? 'Settings of the webhook' : 'New webhook'}
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        form.clearErrors();
        void form.handleSubmit(save)(event);
      }}
    >
      {template && <OfDeleted has_headers={initial.headers.length > 0} />}
      <Basics form={form} />
      <Controller
        control={form.control}
        name="event_types"
        rules={{ validate: (chosen) => chosen.length > 0 || 'Choose at least one event.' }}
        render={({ field }) => (
          <EventPicker patterns={field.value} onChange={field.onChange} error={errors.event_types?.message} />
        )}
      />
      <Headers form={form} saved={Object.keys(endpoint?.headers ?? {})} initial={initial} />
      <PolicyFields form={form} />
      <div className="sticky -bottom-4 -mx-4 -mb-4 flex flex-col gap-3 border-t border-line bg-surface p-4">
        {errors.root && (
          <Notice tone="bad">
            <span role="alert">{errors.root.message}</span>
          </Notice>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={on.onCancel}>Cancel</Button>
          <Button type="submit" tone="primary" busy={isSubmitting && 'Saving…'}>
            {endpoint ? 'Save changes' : 'Add webhook'}
          </Button>
        </div>
      </div>
    </form>
  );
}

async function send(
  api: Api,
  before: EndpointView | null,
  values: EndpointForm,
): Promise<EndpointView & { secret?: string }> {
  if (!before) return api.post<CreatedEndpoint>('/webhooks', inputOf(values));
  const changes = changesOf(before, values);
  return changes ? api.patch<EndpointView>(`/webhooks/${before.id}`, changes) : before;
}

function OfDeleted({ has_headers }: { has_headers: boolean }) {
  return (
    <Notice>
      These are the settings of the webhook that was deleted. Its copy is a new one: it has a signing secret of its own
      and no old deliveries.{has_headers && ' The values of its headers cannot be read back; type them again.'}
    </Notice>
  );
}

function Basics({ form }: { form: UseFormReturn<EndpointForm> }) {
  const { errors } = form.formState;
  return (
    <div className="flex flex-col gap-4">
      <UrlField
        url={form.watch('url')}
        error={errors.url?.message}
        {...form.register('url', { validate: (url) => url.trim() !== '' || 'Type the address of your server.' })}
      />
      <TextField
        label="Description"
        optional
        placeholder="The calendar of the Berlin office"
        maxLength={500}
        error={errors.description?.message}
        {...form.register('description')}
      />
    </div>
  );
}

function Headers({
  form,
  saved,
  initial,
}: {
  form: UseFormReturn<EndpointForm>;
  saved: string[];
  initial: EndpointForm;
}) {
  const is_replacing = form.watch('replaces_headers');
  return (
    <Controller
      control={form.control}
      name="headers"
      rules={{ validate: (rows, values) => (values.replaces_headers && headersProblem(rows)) || true }}
      render={({ field, fieldState }) => (
        <HeaderFields
          rows={field.value}
          saved={saved}
          // Without saved ones there is nothing to keep, so the rows are there at once.
          is_replacing={is_replacing || saved.length === 0}
          error={fieldState.error?.message ?? form.formState.errors.headers?.root?.message}
          onChange={(rows) => {
            field.onChange(rows);
            form.setValue('replaces_headers', true, { shouldDirty: true });
          }}
          onReplace={(next) => {
            form.setValue('replaces_headers', next, { shouldDirty: true });
            if (!next) field.onChange(initial.headers);
          }}
        />
      )}
    />
  );
}
