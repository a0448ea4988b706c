/** `call`: the page called the SDK. `callback`: the SDK called back. `cloud`: a Cloud API call or its answer. */
export type EntryKind = 'call' | 'callback' | 'cloud';

export interface TimelineEntry {
  readonly number: number;
  readonly kind: EntryKind;
  /** Milliseconds since `enterRoom` of the stay that it belongs to. */
  readonly atMs: number;
  readonly name: string;
  /** The arguments as one line of text. */
  readonly args: string;
}

const MAX_ARGUMENTS_LENGTH = 300;

/** The latest entries, at most `limit`: the oldest go first. */
export class TimelineLog {
  readonly #limit: number;
  #entries: TimelineEntry[] = [];
  #next = 1;

  /** @param limit at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  add(entry: Omit<TimelineEntry, 'number'>): TimelineEntry {
    const added = { ...entry, number: this.#next++ };
    this.#entries.push(added);
    if (this.#entries.length > this.#limit) this.#entries = this.#entries.slice(-this.#limit);
    return added;
  }

  clear(): void {
    this.#entries = [];
  }
}

/** Whether an entry contains every word of the filter, in its name or its arguments; case does not matter. */
export function matchesFilter(entry: Pick<TimelineEntry, 'name' | 'args'>, filter: string): boolean {
  const text = `${entry.name} ${entry.args}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Writes arguments the way they would stand in a call, bounded in length. */
export function formatArguments(args: readonly unknown[]): string {
  const text = args.map(formatValue).join(', ');
  return text.length > MAX_ARGUMENTS_LENGTH ? `${text.slice(0, MAX_ARGUMENTS_LENGTH)}…` : text;
}

function formatValue(value: unknown): string {
  if (typeof Element !== 'undefined' && value instanceof Element) return '<view>';
  if (value instanceof ArrayBuffer) return `<${value.byteLength} bytes>`;
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return '<object>';
  }
}
