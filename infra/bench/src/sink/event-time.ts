const PREFIX = 'evt_';
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** Ten characters of five bits hold the two bits of padding and the 48 bits of a UUIDv7's millisecond. */
const TIME_CHARACTERS = 10;

/**
 * The millisecond of an event's id, without making the UUID of it: the sink does this for every POST, and its own work
 * comes off the machine that is measured.
 *
 * @returns null where the text is no event's id
 */
export function eventTimeMs(publicId: string): number | null {
  if (!publicId.startsWith(PREFIX)) return null;
  let time = 0;
  for (let index = PREFIX.length; index < PREFIX.length + TIME_CHARACTERS; index += 1) {
    const value = ALPHABET.indexOf(publicId.charAt(index));
    if (value < 0) return null;
    time = time * 32 + value;
  }
  return time;
}
