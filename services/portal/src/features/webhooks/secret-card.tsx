import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { asApiError, useAbility, useApi, useInvalidate, type CreatedEndpoint, type EndpointView } from '../../api';
import { applyServerErrors, Button, Card, Countdown, Dialog, localTime, Notice, plural, RadioGroup } from '../../ui';
import { SigningSecretDialog } from './secret-dialog';

interface NewSecret {
  secret: string;
  old_until: string | null;
}

/** The secret itself is never here; when it changes, and how to change it, is. */
export function SecretCard({ endpoint }: { endpoint: EndpointView }) {
  const may_manage = useAbility('webhooks:manage');
  const [is_asking, setAsking] = useState(false);
  const [fresh, setFresh] = useState<NewSecret | null>(null);
  const { previous_secret_expires_at: old_until } = endpoint;
  return (
    <Card
      title="Signing secret"
      actions={
        may_manage && (
          <Button size="sm" icon={KeyRound} onClick={() => setAsking(true)}>
            Rotate…
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p className="text-muted">
          It was shown when it was made and nobody can show it again. If it is lost or known to somebody, rotate it.
        </p>
        {old_until && (
          <Notice tone="warn">
            A rotation is under way: the old secret stops <Countdown to={old_until} when_over="now" /> (
            {localTime(old_until)}). Until then each webhook is signed with both.
          </Notice>
        )}
      </div>
      <RotateDialog
        open={is_asking}
        endpoint={endpoint}
        onClose={() => setAsking(false)}
        onRotated={(next) => {
          setAsking(false);
          setFresh(next);
        }}
      />
      <SigningSecretDialog secret={fresh?.secret ?? null} title="The new signing secret" onClose={() => setFresh(null)}>
        <p>
          {fresh?.old_until
            ? `Put it into your server before ${localTime(fresh.old_until)}; until then the old one signs as well.`
            : 'The old one has stopped: put the new one into your server at once.'}
        </p>
      </SigningSecretDialog>
    </Card>
  );
}

const OVERLAPS = ['0', '1', '24', '72', '168'] as const;
type Overlap = (typeof OVERLAPS)[number];

function overlapWords(hours: Overlap): { label: string; hint?: string } {
  if (hours === '0')
    return {
      label: 'None: the old one stops at once',
      hint: 'If somebody else may know it. Webhooks fail until your server has the new one.',
    };
  if (hours === '168') return { label: '7 days' };
  return { label: plural(Number(hours), 'hour'), ...(hours === '24' && { hint: 'Enough for most.' }) };
}

function RotateDialog({
  open,
  endpoint,
  onClose,
  onRotated,
}: {
  open: boolean;
  endpoint: EndpointView;
  onClose(): void;
  onRotated(fresh: NewSecret): void;
}) {
  const api = useApi();
  const invalidate = useInvalidate();
  const form = useForm<{ overlap_hours: Overlap }>({ defaultValues: { overlap_hours: '24' } });
  const { errors, isSubmitting } = form.formState;
  const rotate = form.handleSubmit(async ({ overlap_hours }) => {
    try {
      const rotated = await api.post<CreatedEndpoint>(`/webhooks/${endpoint.id}/rotate-secret`, {
        overlap_hours: Number(overlap_hours),
      });
      void invalidate('/webhooks');
      onRotated({ secret: rotated.secret, old_until: rotated.previous_secret_expires_at });
    } catch (thrown) {
      applyServerErrors(form, asApiError(thrown));
    }
  });
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Rotate the signing secret"
      description="A new secret is made and signs from the next attempt on."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" busy={isSubmitting && 'Rotating…'} onClick={() => void rotate()}>
            Rotate secret
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        <Controller
          control={form.control}
          name="overlap_hours"
          render={({ field }) => (
            <RadioGroup
              label="How long the old secret goes on beside it"
              value={field.value}
              onChange={field.onChange}
              error={errors.overlap_hours?.message}
              options={OVERLAPS.map((hours) => ({ value: hours, ...overlapWords(hours) }))}
            />
          )}
        />
        {endpoint.previous_secret_expires_at && (
          <Notice tone="warn">
            The last rotation has not ended. The secret before it stops at once when you rotate again.
          </Notice>
        )}
        {errors.root && <Notice tone="bad">{errors.root.message}</Notice>}
      </div>
    </Dialog>
  );
}
