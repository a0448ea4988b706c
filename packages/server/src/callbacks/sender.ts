import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Clock } from '@rotunda/base';

/** Where an app's callbacks go, and what signs them. */
export interface Receiver {
  readonly url: string;
  readonly key?: string | undefined;
}

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a POST came to: the status of the answer, or why there was none. */
export type PostOutcome =
  { readonly ok: true; readonly status: number } | { readonly ok: false; readonly error: string };

/** How callbacks get to receivers. Never rejects. */
export interface Sender {
  post(request: Post): Promise<PostOutcome>;
  /** Ends what is under way. */
  close(): void;
}

const TIMEOUT_MS = 5_000;
/** Of an answer, which nobody reads. */
const MAX_ANSWER_BYTES = 2_000;

/** Posts over HTTP and HTTPS. The answer counts as soon as its status is there; redirects are not followed. */
export class HttpSender implements Sender {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #agents = {
    'http:': new http.Agent({ keepAlive: true, timeout: 30_000 }),
    'https:': new https.Agent({ keepAlive: true, timeout: 30_000 }),
  };
  readonly #closing = new AbortController();

  constructor({ clock, timeoutMs = TIMEOUT_MS }: { readonly clock: Clock; readonly timeoutMs?: number }) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    // One listener for each post under way.
    setMaxListeners(0, this.#closing.signal);
  }

  async post(request: Post): Promise<PostOutcome> {
    try {
      return await this.#send(request);
    } catch (error) {
      return { ok: false, error: error instanceof Error ? describeError(error) : String(error) };
    }
  }

  #send({ url, headers, body }: Post): Promise<PostOutcome> {
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    const agent = this.#agents[secure ? 'https:' : 'http:'];
    return new Promise((resolve) => {
      if (this.#closing.signal.aborted) return resolve({ ok: false, error: 'closed' });
      const options = { method: 'POST', agent, headers: { ...headers, 'Content-Length': body.byteLength } };
      const request = (secure ? https : http).request(target, options);
      const settle = (outcome: PostOutcome): void => {
        timer.cancel();
        this.#closing.signal.removeEventListener('abort', close);
        resolve(outcome);
      };
      // Not by way of the request's own error: one that was answered by an upgrade tells nothing any more.
      const fail = (error: string): void => {
        settle({ ok: false, error });
        request.destroy();
      };
      const close = (): void => fail('closed');
      this.#closing.signal.addEventListener('abort', close);
      const timer = this.#clock.after(this.#timeoutMs, () => fail(`no answer within ${this.#timeoutMs} ms`));
      request.once('response', (response) => {
        settle({ ok: true, status: response.statusCode ?? 0 });
        this.#skipBody(response);
      });
      request.once('upgrade', ({ statusCode = 0 }, socket) => {
        socket.destroy();
        settle({ ok: true, status: statusCode });
      });
      request.on('error', (error) => settle({ ok: false, error: describeError(error) }));
      request.once('close', () => settle({ ok: false, error: 'closed without an answer' }));
      request.end(body);
    });
  }

  close(): void {
    this.#closing.abort();
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  /** Lets a short answer pass, so that the connection can be used again; cuts off any other. */
  #skipBody(response: http.IncomingMessage): void {
    let bytes = 0;
    const timer = this.#clock.after(this.#timeoutMs, () => response.destroy());
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > MAX_ANSWER_BYTES) response.destroy();
    });
    response.on('error', () => undefined);
    response.once('close', () => timer.cancel());
  }
}

function describeError(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return error.message || (code ?? 'unknown');
}
