/** Whether every database can keep it: without NUL, and without half a character (a lone surrogate). */
export function isKeepable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}
