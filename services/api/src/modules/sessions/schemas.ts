import { text } from '@switchboard/shared';
import { z } from 'zod';
import { PASSWORD_MAX_LENGTH } from '../users/passwords.js';
import { emailField } from '../users/email.js';

/** Whatever was typed, of bounded length: whether it is good is asked when one is chosen. */
export const passwordField = () => z.string().min(1, 'must not be empty').max(PASSWORD_MAX_LENGTH);

export const tokenField = () => z.string().min(1, 'must not be empty').max(200);

export const signInBody = z.strictObject({ email: emailField(), password: passwordField() });

export const openLinkBody = z.strictObject({ token: tokenField() });

export const changePasswordBody = z.strictObject({
  current_password: passwordField(),
  new_password: z.string().max(PASSWORD_MAX_LENGTH),
});

export const tenantsQuery = z.strictObject({ search: text(0, 100).default('') });
