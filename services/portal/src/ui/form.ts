import type { FieldPath, FieldValues, UseFormReturn } from 'react-hook-form';
import { asApiError } from '../api/api-error';

/**
 * Puts what the server says is wrong beside the fields it means, and the rest above the form (`errors.root`).
 * @returns true where every complaint found its field
 */
export function applyServerErrors<T extends FieldValues>(form: UseFormReturn<T, unknown, T>, error: unknown): boolean {
  const { details, message, request_id } = asApiError(error);
  const fields = Object.keys(form.getValues());
  let focused = false;
  const homeless = details.filter(({ path, message: text }) => {
    const field = path.split('.')[0] ?? '';
    if (!fields.includes(field)) return true;
    const name = (fields.includes(path) ? path : field) as FieldPath<T>;
    form.setError(name, { type: 'server', message: sentence(text) }, { shouldFocus: !focused });
    focused = true;
    return false;
  });
  if (homeless.length === 0 && details.length > 0) return true;
  const said = homeless.map((each) => `${each.path}: ${each.message}`).join('; ');
  const reference = request_id ? ` (request ${request_id})` : '';
  form.setError('root', { type: 'server', message: `${said || message}${reference}` });
  return false;
}

/** The server's messages go on from the field's name, "must not be empty"; beside a field they stand alone. */
export function sentence(text: string): string {
  const whole = /^(is|are|was|has|must|may|cannot|does|needs)\b/.test(text) ? `It ${text}` : text;
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}${/[.!?]$/.test(whole) ? '' : '.'}`;
}
