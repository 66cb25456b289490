import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { z } from 'zod';

/** A phone number in E.164; the parsed value is the number in its one canonical form. */
export function phoneInput() {
  return z
    .string()
    .max(32)
    .meta({ example: '+14155552671', description: 'E.164.' })
    .transform((value, context): string => {
      const number = value.startsWith('+') ? parsePhoneNumberFromString(value) : undefined;
      if (number?.isValid()) return number.number;
      context.issues.push({
        code: 'custom',
        message: 'must be a valid phone number in E.164, like +14155552671',
        input: value,
      });
      return z.NEVER;
    });
}

export function emailInput() {
  return z.email('must be an e-mail address').max(254).meta({ example: 'ann@example.com' });
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** An ISO 4217 code that is in use. */
export function currencyInput() {
  return z
    .string()
    .refine((value) => CURRENCIES.has(value), 'must be an ISO 4217 currency code, like USD')
    .meta({ example: 'USD' });
}

/** An IANA time zone. */
export function timezoneInput() {
  return z
    .string()
    .max(64)
    .refine(isTimezone, 'must be an IANA time zone, like America/New_York')
    .meta({ example: 'America/New_York' });
}

function isTimezone(value: string): boolean {
  // Offsets such as +02:00 are accepted by Intl and have no daylight saving time: not what a business means.
  if (!/^[A-Za-z]/.test(value)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
