/** A promise together with its two ends. `settled` tells whether either end was used. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly settled: boolean;
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Makes a {@link Deferred}. Settling twice is harmless: the first one counts. */
export function createDeferred<T = void>(): Deferred<T> {
  let settled = false;
  let resolveInner!: (value: T) => void;
  let rejectInner!: (error: Error) => void;
  const promise = new Promise<T>((resolve, reject) => {
    resolveInner = resolve;
    rejectInner = reject;
  });
  return {
    promise,
    get settled() {
      return settled;
    },
    resolve(value) {
      settled = true;
      resolveInner(value);
    },
    reject(error) {
      settled = true;
      rejectInner(error);
    },
  };
}
