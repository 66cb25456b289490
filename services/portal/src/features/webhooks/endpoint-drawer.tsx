import { useState } from 'react';
import type { EndpointView } from '../../api';
import { ConfirmDialog, Drawer } from '../../ui';
import { EndpointFormFields } from './endpoint-form-fields';
import { formOf, type EndpointForm } from './endpoint-form';

interface EndpointDrawerProps {
  open: boolean;
  /** null: a new one. */
  endpoint: EndpointView | null;
  /** What a new one begins with: the settings of one that was deleted. */
  template?: EndpointView | null;
  onClose(): void;
  /** The secret is there for a new one only. */
  onSaved(endpoint: EndpointView, secret: string | null): void;
}

/** The form for a webhook, beside what one came from. Nothing that was typed is lost by a slip of a key. */
export function EndpointDrawer({ open, endpoint, template, onClose, onSaved }: EndpointDrawerProps) {
  const [is_changed, setChanged] = useState(false);
  const [is_asking, setAsking] = useState(false);
  const leave = () => {
    setChanged(false);
    onClose();
  };
  return (
    <Drawer
      open={open}
      onClose={() => (is_changed ? setAsking(true) : leave())}
      wide
      title={endpoint ? 'Edit webhook' : 'Add a webhook'}
      description={endpoint ? endpoint.url : 'Your server gets a signed POST for each event it subscribes to.'}
    >
      {open && (
        <EndpointFormFields
          key={endpoint?.id ?? template?.id ?? 'new'}
          endpoint={endpoint}
          template={template ?? null}
          initial={initialOf(endpoint, template ?? null)}
          onChanged={setChanged}
          onCancel={() => (is_changed ? setAsking(true) : leave())}
          onSaved={(saved, secret) => {
            setChanged(false);
            onSaved(saved, secret);
          }}
        />
      )}
      <ConfirmDialog
        open={is_asking}
        onClose={() => setAsking(false)}
        title="Leave without saving?"
        undo="Go back to the form to keep it."
        action="Discard"
        busy="Discarding…"
        onConfirm={() => {
          leave();
          return Promise.resolve();
        }}
      >
        What you typed here is not saved yet.
      </ConfirmDialog>
    </Drawer>
  );
}

/** A copy has its headers' values to be typed anew: nobody can read the old ones. */
function initialOf(endpoint: EndpointView | null, template: EndpointView | null): EndpointForm {
  if (endpoint || !template) return formOf(endpoint);
  return { ...formOf(template), replaces_headers: true };
}
