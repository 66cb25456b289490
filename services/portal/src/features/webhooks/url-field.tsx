import { Check, CircleAlert, LoaderCircle } from 'lucide-react';
import { TextField, type TextFieldProps } from '../../ui';
import { useUrlCheck } from './url-check';

/** The address, checked as one types. It never stands in the way of typing or saving: saving asks the same rules. */
export function UrlField({ url, ...field }: { url: string } & Omit<TextFieldProps, 'label'>) {
  return (
    <div className="flex flex-col gap-1.5">
      <TextField
        {...field}
        label="URL"
        mono
        type="url"
        inputMode="url"
        spellCheck={false}
        placeholder="https://example.com/hooks/calendar"
        hint="Where each event is sent, as a POST with a JSON body and a signature."
      />
      <UrlVerdict url={url} />
    </div>
  );
}

function UrlVerdict({ url }: { url: string }) {
  const state = useUrlCheck(url);
  return (
    <div role="status" className="min-h-5 text-xs">
      {state.kind === 'checking' && (
        <span className="flex items-center gap-1.5 text-muted">
          <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
          Checking the address…
        </span>
      )}
      {state.kind === 'good' && (
        <span className="flex items-center gap-1.5 text-good">
          <Check aria-hidden className="size-3.5 shrink-0" />
          Webhooks may be sent to this address. A test shows whether somebody answers there.
        </span>
      )}
      {state.kind === 'unknown' && (
        <span className="text-muted">It could not be checked just now; it is checked again when you save.</span>
      )}
      {state.kind === 'refused' &&
        state.problems.map((problem) => (
          <span key={problem} className="flex items-start gap-1.5 text-warn">
            <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
            {problem}
          </span>
        ))}
    </div>
  );
}
