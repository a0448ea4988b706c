import { createDeferred, type Deferred } from '@rotunda/base';
import { REQUESTS, type RefusalMessage, type RequestMethod, type RequestResult } from '@rotunda/protocol';
import { RequestRefusedError, SignalClosedError } from './errors.ts';

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Requests that wait for their answer. Closing rejects them all, so that nobody waits for ever. */
export class PendingRequests {
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;

  get size(): number {
    return this.#pending.size;
  }

  open<M extends RequestMethod>(method: M): { id: number; answer: Promise<RequestResult<M>> } {
    const id = this.#nextId++;
    const deferred: Deferred<RequestResult<M>> = createDeferred<RequestResult<M>>();
    this.#pending.set(id, {
      resolve: (result) => {
        const parsed = REQUESTS[method].result.safeParse(result);
        if (parsed.success) deferred.resolve(parsed.data as RequestResult<M>);
        else deferred.reject(new Error(`the server's answer to ${method} is malformed`));
      },
      reject: (error) => deferred.reject(error),
    });
    return { id, answer: deferred.promise };
  }

  resolve(id: number, result: unknown): void {
    this.#take(id)?.resolve(result);
  }

  refuse(id: number, refusal: RefusalMessage): void {
    this.#take(id)?.reject(new RequestRefusedError(refusal));
  }

  close(): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of waiting) pending.reject(new SignalClosedError());
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}
