/** One thing that happened in a page, in the order in which it happened. */
export interface JournalEntry {
  readonly seq: number;
  /** Milliseconds since the Unix epoch, with the page's own fine clock. */
  readonly at: number;
  /** An SDK callback (`onExitRoom`), or what the harness itself saw (`track-ended`). */
  readonly name: string;
  readonly args: readonly unknown[];
  /** Captured tracks that were live at that moment. */
  readonly liveTracks: number;
  /** Audio graphs and picture compositors of the SDK that were not closed, or whose output was not ended, at that moment. */
  readonly openMixes: number;
  /** Peer connections that were not closed at that moment. */
  readonly openConnections: number;
}

/** What the SDK holds of the browser at some moment. */
export type OpenThings = Pick<JournalEntry, 'liveTracks' | 'openMixes' | 'openConnections'>;

/** What a wait looks for: `args` are compared as far as they are given; `null` matches anything. */
export interface Wanted {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Only entries with a greater sequence number count. */
  readonly after: number;
}

interface Waiter {
  readonly wanted: Wanted;
  readonly resolve: (entry: JournalEntry) => void;
}

/** Everything that happened in this page. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  readonly #waiters = new Set<Waiter>();
  readonly #open: () => OpenThings;

  constructor(open: () => OpenThings) {
    this.#open = open;
  }

  write(name: string, args: readonly unknown[]): void {
    const entry: JournalEntry = {
      seq: this.entries.length + 1,
      at: performance.timeOrigin + performance.now(),
      name,
      args: args.map(plain),
      ...this.#open(),
    };
    this.entries.push(entry);
    for (const waiter of this.#waiters) {
      if (!matches(entry, waiter.wanted)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(entry);
    }
  }

  /** The first entry that fits, now or later. */
  next(wanted: Wanted): Promise<JournalEntry> {
    const found = this.entries.find((entry) => matches(entry, wanted));
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.#waiters.add({ wanted, resolve }));
  }
}

function matches(entry: JournalEntry, wanted: Wanted): boolean {
  if (entry.name !== wanted.name || entry.seq <= wanted.after) return false;
  return wanted.args.every((arg, index) => arg === null || arg === entry.args[index]);
}

/** A value that survives the way to the test process. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  if (typeof value === 'object') return JSON.parse(JSON.stringify(value)) as unknown;
  return typeof value === 'function' ? 'function' : value;
}
