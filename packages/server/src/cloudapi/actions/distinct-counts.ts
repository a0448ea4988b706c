interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Counts for each step of time how many different names there were, from the spans of steps in which each was there. A span costs
 * the same however long it is; the fewest operations are needed for spans in the order of their ends.
 */
export class DistinctCounts {
  /** Of each name, in order, merged where they overlap or touch. */
  readonly #spans = new Map<string, Span[]>();
  /** By how much each step has more names than the one before it. */
  readonly #changes: Int32Array;

  constructor(steps: number) {
    this.#changes = new Int32Array(steps + 1);
  }

  /** From the step `start` to before the step `end`, both from 0 to the number of steps. */
  add(name: string, { start, end }: Span): void {
    if (start >= end) return;
    const spans = this.#spans.get(name) ?? [];
    this.#spans.set(name, spans);
    let after = spans.length;
    while ((spans[after - 1]?.start ?? 0) > end) after -= 1;
    let first = after;
    while ((spans[first - 1]?.end ?? -1) >= start) first -= 1;
    const merged = spans.slice(first, after);
    const whole = {
      start: Math.min(start, merged[0]?.start ?? start),
      end: Math.max(end, merged.at(-1)?.end ?? end),
    };
    spans.splice(first, merged.length, whole);
    for (const span of merged) this.#change(span, -1);
    this.#change(whole, 1);
  }

  /** Of each step. */
  counts(): readonly number[] {
    let count = 0;
    return Array.from(this.#changes.subarray(0, -1), (change) => (count += change));
  }

  #change({ start, end }: Span, by: number): void {
    this.#changes[start] = (this.#changes[start] ?? 0) + by;
    this.#changes[end] = (this.#changes[end] ?? 0) - by;
  }
}
