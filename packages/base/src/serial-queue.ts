/** A task was refused, or dropped while waiting, because its queue is closed. */
export class QueueClosedError extends Error {
  override readonly name = 'QueueClosedError';
}

interface Waiting {
  run(): Promise<void>;
  reject(error: Error): void;
}

/**
 * Runs asynchronous tasks one after the other, in the order of `run` calls. After `close` the running task still
 * ends, waiting tasks reject with {@link QueueClosedError}, and new ones are refused.
 */
export class SerialQueue {
  readonly #waiting: Waiting[] = [];
  #running = false;
  #closed = false;

  /** Tasks that wait or run. */
  get size(): number {
    return this.#waiting.length + (this.#running ? 1 : 0);
  }

  get closed(): boolean {
    return this.#closed;
  }

  run<T>(task: () => Promise<T> | T): Promise<T> {
    if (this.#closed) return Promise.reject(new QueueClosedError('queue is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        run: async () => {
          try {
            resolve(await task());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
        reject,
      });
      if (!this.#running) void this.#drain();
    });
  }

  close(): void {
    this.#closed = true;
    for (const task of this.#waiting.splice(0)) task.reject(new QueueClosedError('queue was closed'));
  }

  async #drain(): Promise<void> {
    this.#running = true;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) await task.run();
    this.#running = false;
  }
}
