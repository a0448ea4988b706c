import type { Page } from '../session/page.ts';
import type { Gates } from './gates.ts';

/** A page without a browser. */
export class FakePage implements Page {
  readonly beacons: { readonly url: string; readonly body: string }[] = [];
  readonly posts: { readonly url: string; readonly body: string }[] = [];
  /** HTTP status of the next posts; 0: no answer. */
  status = 204;
  readonly #gates: Gates;
  readonly #listeners = new Set<() => void>();
  readonly #serverUrl: string | null;
  /** Called with the body of each post that arrives. */
  onPost: (body: string) => void = () => undefined;

  constructor(gates: Gates, serverUrl: string | null = 'http://rotunda.test') {
    this.#gates = gates;
    this.#serverUrl = serverUrl;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  onGone(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The page is closed or navigated. */
  go(): void {
    for (const listener of this.#listeners) listener();
  }

  sendBeacon(url: string, body: string): void {
    this.beacons.push({ url, body });
    this.onPost(body);
  }

  async post(url: string, body: string): Promise<number> {
    await this.#gates.pass('post');
    if (this.status === 0) throw new TypeError('no answer');
    this.posts.push({ url, body });
    this.onPost(body);
    return this.status;
  }

  defaultServerUrl(): string | null {
    return this.#serverUrl;
  }
}
