import { emailInput } from '@switchboard/shared';

/** An e-mail address as it is kept: in lower case. */
export function emailField() {
  return emailInput().transform((email) => email.toLowerCase());
}
