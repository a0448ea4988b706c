import type { Surroundings } from '@rotunda/protocol';
import { browserPage, type Page } from '../session/page.ts';
import type { Gates } from './gates.ts';

/** A page without a browser. */
export class FakePage implements Page {
  /** Sent when the page went. */
  readonly beacons: { readonly url: string; readonly body: string }[] = [];
  readonly posts: { readonly url: string; readonly body: string }[] = [];
  /** How many are waited for. */
  tasks = 0;
  /** HTTP status of the next posts; 0: no answer. */
  status = 204;
  readonly #gates: Gates;
  readonly #held = new Set<{ readonly url: string; readonly body: string }>();
  readonly #serverUrl: string | null;
  /** Called with the body of each post that arrives. */
  onPost: (body: string) => void = () => undefined;

  constructor(gates: Gates, serverUrl: string | null = 'http://rotunda.test') {
    this.#gates = gates;
    this.#serverUrl = serverUrl;
  }

  /** Beacons that would be sent now. */
  get held(): number {
    return this.#held.size;
  }

  holdBeacon(url: string, body: string): () => void {
    const beacon = { url, body };
    this.#held.add(beacon);
    return () => void this.#held.delete(beacon);
  }

  /** The page is closed or navigated. */
  go(): void {
    for (const beacon of this.#held) {
      this.beacons.push(beacon);
      this.onPost(beacon.body);
    }
  }

  /** What the browser tells. */
  readonly seen: { hidden: boolean; network?: Surroundings['network'] } = { hidden: false };

  hidden(): boolean {
    return this.seen.hidden;
  }

  async nextTask(): Promise<void> {
    this.tasks++;
    await this.#gates.pass('task');
    await browserPage.nextTask();
    this.tasks--;
  }

  network(): Surroundings['network'] {
    return this.seen.network;
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
