/** Crockford's base 32 in lower case, as the TypeID specification has it (github.com/jetify-com/typeid, version 0.3). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** The two letters of each number of ten bits. */
const PAIRS = Array.from({ length: 1_024 }, (_, bits) => `${ALPHABET[bits >> 5]}${ALPHABET[bits & 31]}`);
const DASH = 45;
/** What a hexadecimal digit is worth, by its character's code. */
const DIGITS = new Uint8Array(128);
for (let worth = 0; worth < 16; worth += 1) {
  const digit = worth.toString(16);
  DIGITS[digit.charCodeAt(0)] = worth;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = worth;
}

/**
 * The 26 letters of a TypeID: the 128 bits of a UUID behind two zero bits, five bits a letter.
 *
 * @param uuid a valid one, as the database gives it
 */
export function encodeUuid(uuid: string): string {
  let suffix = '';
  let bits = 0;
  let bitCount = 2;
  for (let index = 0; index < uuid.length; index += 1) {
    const code = uuid.charCodeAt(index);
    if (code === DASH) continue;
    bits = (bits << 4) | (DIGITS[code] ?? 0);
    bitCount += 4;
    if (bitCount < 10) continue;
    bitCount -= 10;
    suffix += PAIRS[bits >> bitCount];
    bits &= (1 << bitCount) - 1;
  }
  return suffix;
}
