import { setImmediate } from 'node:timers/promises';

/** So many items of a list are written at once, if they have no lists or objects in them. */
const ITEMS_AT_ONCE = 256;
/** And so many pieces before others have a turn of the event loop. */
const PIECES_AT_ONCE = 16;

type Fields = Readonly<Record<string, unknown>>;

/** An answer in UTF-8, as `JSON.stringify` has it. A large one does not hold the event loop. */
export async function toJson(answer: Fields): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (const piece of piecesOf(answer)) {
    pieces.push(Buffer.from(piece));
    if (pieces.length % PIECES_AT_ONCE === 0) await setImmediate();
  }
  return Buffer.concat(pieces);
}

function* piecesOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    yield '[';
    yield* itemsOf(value);
    yield ']';
  } else if (isFields(value)) {
    yield '{';
    yield* fieldsOf(value);
    yield '}';
  } else yield JSON.stringify(value) ?? 'null';
}

function* fieldsOf(fields: Fields): Generator<string> {
  let comma = '';
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    yield `${comma}${JSON.stringify(name)}:`;
    yield* piecesOf(value);
    comma = ',';
  }
}

function* itemsOf(items: readonly unknown[]): Generator<string> {
  for (let start = 0; start < items.length;) {
    if (start > 0) yield ',';
    const end = endOfPlain(items, start);
    if (end > start) yield JSON.stringify(items.slice(start, end)).slice(1, -1);
    else yield* piecesOf(items[start]);
    start = Math.max(end, start + 1);
  }
}

/** The next items, from `start` to before this, can be written at once. */
function endOfPlain(items: readonly unknown[], start: number): number {
  let end = start;
  while (end < items.length && end - start < ITEMS_AT_ONCE && isPlain(items[end])) end += 1;
  return end;
}

function isPlain(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    Object.values(value).every((part) => typeof part !== 'object' || part === null)
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
