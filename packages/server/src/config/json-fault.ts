/** A place in a text, counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

/** What may come next. `first`: an end of the list or object is allowed, too. */
type Expected = 'value' | 'firstValue' | 'name' | 'firstName' | 'colon' | 'more' | 'nothing';

/** Where a text stops being JSON, without a word of it. @returns null if it is JSON */
export function jsonFault(text: string): TextPlace | null {
  const open: ('[' | '{')[] = [];
  let expected: Expected = 'value';
  for (let at = endOf(SPACE, text, 0) ?? 0; ;) {
    if (at === text.length && expected === 'nothing') return null;
    const token = tokenAt(text, at);
    if (!token) return placeOf(text, at);
    const next: Expected | null = after(expected, token, open);
    if (!next) return placeOf(text, at);
    expected = next;
    at = endOf(SPACE, text, token.end) ?? token.end;
  }
}

interface Token {
  /** A bracket, comma or colon; null for a value. */
  readonly mark: string | null;
  readonly isText: boolean;
  readonly end: number;
}

function tokenAt(text: string, at: number): Token | null {
  const first = text[at] ?? '';
  if (first !== '' && '{}[],:'.includes(first)) return { mark: first, isText: false, end: at + 1 };
  const end = first === '"' ? endOfText(text, at) : endOf(SCALAR, text, at);
  return end === null ? null : { mark: null, isText: first === '"', end };
}

/** Letter by letter: a pattern would try every way to cut it. */
function endOfText(text: string, start: number): number | null {
  for (let at = start + 1; at < text.length;) {
    const letter = text.charAt(at);
    if (letter === '"') return at + 1;
    const next = letter === '\\' ? endOf(ESCAPE, text, at) : letter < ' ' ? null : at + 1;
    if (next === null) return null;
    at = next;
  }
  return null;
}

function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

/** @returns null if that token may not come there */
function after(expected: Expected, { mark, isText }: Token, open: ('[' | '{')[]): Expected | null {
  const isValue = expected === 'value' || expected === 'firstValue';
  const isName = expected === 'name' || expected === 'firstName';
  if (mark === null && isName) return isText ? 'colon' : null;
  if (mark === null) return isValue ? afterValue(open) : null;
  if (mark === ':') return expected === 'colon' ? 'value' : null;
  if (mark === ',') return expected === 'more' ? (open.at(-1) === '{' ? 'name' : 'value') : null;
  if (mark === '{' || mark === '[') {
    if (!isValue) return null;
    open.push(mark);
    return mark === '{' ? 'firstName' : 'firstValue';
  }
  const [opening, first] = mark === '}' ? (['{', 'firstName'] as const) : (['[', 'firstValue'] as const);
  if (open.at(-1) !== opening || (expected !== 'more' && expected !== first)) return null;
  open.pop();
  return afterValue(open);
}

function afterValue(open: readonly unknown[]): Expected {
  return open.length > 0 ? 'more' : 'nothing';
}

function placeOf(text: string, at: number): TextPlace {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
