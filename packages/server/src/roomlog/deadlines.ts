interface Entry<K> {
  readonly at: number;
  readonly key: K;
  readonly text: string;
}

/** How many replaced entries the heap may hold beyond the current ones before it is built anew. */
const MAX_STALE = 1_000;

/** Keys ordered by a deadline each. Setting again replaces; what is replaced stays in the heap until it surfaces. */
export class DeadlineHeap<K> {
  readonly #textOf: (key: K) => string;
  readonly #current = new Map<string, Entry<K>>();
  #heap: Entry<K>[] = [];

  constructor(textOf: (key: K) => string) {
    this.#textOf = textOf;
  }

  /** Keys that have a deadline. */
  get size(): number {
    return this.#current.size;
  }

  /** Entries held, with those that are replaced but have not surfaced. */
  get held(): number {
    return this.#heap.length;
  }

  /** `at` in milliseconds since the epoch; null removes. */
  set(key: K, at: number | null): void {
    const text = this.#textOf(key);
    if (at === null) {
      this.#current.delete(text);
    } else if (this.#current.get(text)?.at !== at) {
      const entry = { at, key, text };
      this.#current.set(text, entry);
      this.#push(entry);
    }
    if (this.#heap.length > 2 * this.#current.size + MAX_STALE) this.#rebuild();
  }

  /** Keys with a deadline at or before `now`, earliest first. They stay until they are set anew or removed. */
  due(now: number): K[] {
    const due: Entry<K>[] = [];
    for (let top = this.#heap[0]; top && top.at <= now; top = this.#heap[0]) {
      this.#pop();
      if (this.#current.get(top.text) === top) due.push(top);
    }
    for (const entry of due) this.#push(entry);
    return due.map(({ key }) => key);
  }

  clear(): void {
    this.#current.clear();
    this.#heap = [];
  }

  #rebuild(): void {
    this.#heap = [];
    for (const entry of this.#current.values()) this.#push(entry);
  }

  #push(entry: Entry<K>): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (!above || above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const child = right && left && right.at < left.at ? 2 * index + 2 : 2 * index + 1;
      const below = heap[child];
      if (!below || below.at >= last.at) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}
