interface Entry {
  readonly at: number;
  readonly text: string;
}

/** Keys ordered by a deadline each. Setting again replaces; what is replaced stays in the heap until it surfaces. */
export class DeadlineHeap<K> {
  readonly #textOf: (key: K) => string;
  readonly #current = new Map<string, { at: number; key: K }>();
  readonly #heap: Entry[] = [];

  constructor(textOf: (key: K) => string) {
    this.#textOf = textOf;
  }

  /** `at` in milliseconds since the epoch; null removes. */
  set(key: K, at: number | null): void {
    const text = this.#textOf(key);
    if (at === null) {
      this.#current.delete(text);
      return;
    }
    if (this.#current.get(text)?.at === at) return;
    this.#current.set(text, { at, key });
    this.#push({ at, text });
  }

  /** Keys with a deadline at or before `now`. They stay until they are set anew or removed. */
  due(now: number): K[] {
    const keys: K[] = [];
    const kept: Entry[] = [];
    for (let top = this.#heap[0]; top && top.at <= now; top = this.#heap[0]) {
      this.#pop();
      const current = this.#current.get(top.text);
      if (current?.at !== top.at) continue;
      keys.push(current.key);
      kept.push(top);
    }
    for (const entry of kept) this.#push(entry);
    return keys;
  }

  #push(entry: Entry): void {
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
