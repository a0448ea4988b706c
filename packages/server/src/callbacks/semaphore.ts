/** So many at a time; the others wait in line. */
export class Semaphore {
  #free: number;
  #waiting: ((granted: boolean) => void)[] = [];
  #closed = false;

  constructor(places: number) {
    this.#free = places;
  }

  /** @returns false if there will be no place any more. Each place that was granted is to be released. */
  acquire(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free--;
    return Promise.resolve(true);
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) next(true);
    else this.#free++;
  }

  close(): void {
    this.#closed = true;
    for (const refuse of this.#waiting.splice(0)) refuse(false);
  }
}
