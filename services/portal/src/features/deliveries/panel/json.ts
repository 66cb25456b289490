/** A body that is JSON, laid out; null where it is not. */
export function laidOut(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

/** Bytes of the text as it is sent. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
