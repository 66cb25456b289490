import { useState } from 'react';
import { asApiError, useApi, useInvalidate, type ApiError, type ApiKeyView, type CreatedApiKey } from '../../api';
import { Button, Dialog, InlineError, localTime, RadioGroup, useNow } from '../../ui';
import { OVERLAP_OPTIONS, oldKeyEndsAt, type OverlapHours } from './expiry';

interface RollKeyDialogProps {
  rolled: ApiKeyView | null;
  onClose(): void;
  onCreated(key: CreatedApiKey): void;
}

export function RollKeyDialog({ rolled, ...rest }: RollKeyDialogProps) {
  return rolled && <OpenDialog key={rolled.id} rolled={rolled} {...rest} />;
}

function OpenDialog({ rolled, onClose, onCreated }: RollKeyDialogProps & { rolled: ApiKeyView }) {
  const api = useApi();
  const invalidate = useInvalidate();
  const [overlap, setOverlap] = useState<OverlapHours>('24');
  const [is_busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const roll = async () => {
    setBusy(true);
    setError(null);
    try {
      const key = await api.post<CreatedApiKey>(`/keys/${rolled.id}/roll`, { overlap_hours: Number(overlap) });
      void invalidate('/keys', '/usage', '/audit');
      onCreated(key);
    } catch (thrown) {
      setError(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Roll “${rolled.name}”`}
      description="A new key with the same name, mode and scopes takes its place."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" busy={is_busy && 'Rolling…'} onClick={() => void roll()}>
            Roll key
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        <RadioGroup<OverlapHours>
          label="How long the old key goes on working"
          value={overlap}
          onChange={setOverlap}
          options={OVERLAP_OPTIONS}
        />
        <WhatHappens rolled={rolled} overlap_hours={Number(overlap)} />
        {error && <InlineError error={error} />}
      </div>
    </Dialog>
  );
}

function WhatHappens({ rolled, overlap_hours }: { rolled: ApiKeyView; overlap_hours: number }) {
  const end = oldKeyEndsAt(overlap_hours, rolled.expires_at, useNow());
  const old = <span className="font-mono text-[0.8125rem]">{`${rolled.prefix}…${rolled.last4}`}</span>;
  return (
    <p className="text-muted">
      {overlap_hours === 0 ? (
        <>The old key {old} is refused from the moment you roll it. Choose this where it has leaked.</>
      ) : (
        <>
          The old key {old} works until <strong className="font-medium text-ink">{localTime(end)}</strong>; put the new
          one in its place before. To end the old one sooner, revoke it.
        </>
      )}
      {rolled.expires_at !== null && ' The new key has no end of its own.'}
    </p>
  );
}
