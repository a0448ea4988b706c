/** Bytes as base64 text. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The reverse of {@link toBase64}; the buffer holds nothing else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** A copy of the bytes that an application gave, text as UTF-8; null for anything else. */
export function copyBytes(given: unknown): Uint8Array<ArrayBuffer> | null {
  if (typeof given === 'string') return new TextEncoder().encode(given);
  if (ArrayBuffer.isView(given)) {
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
  }
  return given instanceof ArrayBuffer ? new Uint8Array(given).slice() : null;
}
