/** Text without NUL, and without half a character (a lone surrogate). */
export const KEEPABLE = /^[^\0\p{Cs}]*$/u;

/** Whether every database can keep it. */
export function isKeepable(text: string): boolean {
  return KEEPABLE.test(text);
}
