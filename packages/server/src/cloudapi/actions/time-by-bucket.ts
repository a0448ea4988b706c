import type { Period } from '../../store/past-port.ts';

/**
 * Sums how much of many spans of time is in each bucket, in milliseconds. A span costs the same however many buckets it covers. Buckets
 * begin at multiples of their length, as the period does.
 */
export class TimeByBucket {
  readonly #period: Period;
  readonly #bucketMs: number;
  /** In spans that cover a part of the bucket. */
  readonly #parts: Float64Array;
  /** By how many more spans each bucket is covered as a whole than the one before it. */
  readonly #changes: Int32Array;

  constructor(period: Period, bucketMs: number) {
    const buckets = Math.ceil((period.to - period.from) / bucketMs);
    this.#period = period;
    this.#bucketMs = bucketMs;
    this.#parts = new Float64Array(buckets);
    this.#changes = new Int32Array(buckets + 1);
  }

  /** What is outside of the period does not count. */
  add(from: number, to: number): void {
    const [start, end] = [
      Math.max(0, from - this.#period.from),
      Math.min(to, this.#period.to) - this.#period.from,
    ];
    if (start >= end) return;
    const first = Math.floor(start / this.#bucketMs);
    const last = Math.floor(end / this.#bucketMs);
    if (first === last) return this.#addPart(first, end - start);
    this.#addPart(first, (first + 1) * this.#bucketMs - start);
    this.#change(first + 1, 1);
    this.#change(last, -1);
    this.#addPart(last, end - last * this.#bucketMs);
  }

  /** When each bucket begins, and how much there is in it. */
  sums(): Map<number, number> {
    let covered = 0;
    return new Map(
      Array.from(this.#parts, (part, index) => {
        covered += this.#changes[index] ?? 0;
        return [this.#period.from + index * this.#bucketMs, covered * this.#bucketMs + part];
      }),
    );
  }

  /** A span that ends with the period has no part of what comes after it. */
  #addPart(index: number, ms: number): void {
    if (ms > 0) this.#parts[index] = (this.#parts[index] ?? 0) + ms;
  }

  #change(index: number, by: number): void {
    this.#changes[index] = (this.#changes[index] ?? 0) + by;
  }
}
