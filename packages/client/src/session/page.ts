import type { Surroundings } from '@rotunda/protocol';

/** What the core needs of the page it runs in, and of plain HTTP. */
export interface Page {
  /**
   * Posts `body` when the page goes away for good. All of it is ready beforehand, because a browser may stop the scripts of a
   * page that goes at any moment. @returns how to take it back.
   */
  holdBeacon(url: string, body: string): () => void;
  /** @returns the HTTP status; rejects when there was no answer, or none before `signal` aborts. */
  post(url: string, body: string, signal: AbortSignal): Promise<number>;
  /** Resolves in a task of its own: what follows from all that was settled before is done then. No later where nobody can see the page. */
  nextTask(): Promise<void>;
  /** Whether nobody can see it. */
  hidden(): boolean;
  /** Over which network it talks, as far as the browser tells. Mobile networks are told apart by how fast they are. */
  network(): Surroundings['network'];
  /** `globalThis.ROTUNDA_SERVER_URL`, else the page's own origin; null outside of pages. */
  defaultServerUrl(): string | null;
}

/** W3C Network Information API; few browsers have all of it. */
interface NetworkInformation {
  readonly type?: string;
  readonly effectiveType?: string;
}

type PagehideListener = (event: PageTransitionEvent) => void;

interface PageGlobals {
  readonly MessageChannel?: unknown;
  readonly ROTUNDA_SERVER_URL?: unknown;
  readonly location?: { readonly origin: string };
  readonly document?: { readonly visibilityState: string };
  readonly navigator?: { readonly connection?: NetworkInformation };
  addEventListener?(type: 'pagehide', listener: PagehideListener, capture: true): void;
  removeEventListener?(type: 'pagehide', listener: PagehideListener, capture: true): void;
}

const platform = globalThis as PageGlobals;

export const browserPage: Page = {
  holdBeacon(url, body) {
    const hide: PagehideListener = (event) => {
      // A persisted page sleeps in the back/forward cache and may wake up again. A string is sent as text/plain, which needs no
      // preflight request.
      if (!event.persisted) navigator.sendBeacon(url, body);
    };
    // Capturing: before the listeners of the application.
    platform.addEventListener?.('pagehide', hide, true);
    return () => platform.removeEventListener?.('pagehide', hide, true);
  },

  async post(url, body, signal) {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      keepalive: true,
      signal,
    });
    return response.status;
  },

  nextTask: () =>
    new Promise((resolve) => (platform.MessageChannel ? byMessage(resolve) : setTimeout(resolve))),

  hidden: () => platform.document?.visibilityState === 'hidden',

  network() {
    const { type, effectiveType } = platform.navigator?.connection ?? {};
    if (type === 'wifi') return type;
    if (type === 'ethernet') return 'wired';
    if (type !== 'cellular') return undefined;
    if (effectiveType === '4g' || effectiveType === '3g') return effectiveType;
    return '2g';
  },

  defaultServerUrl() {
    if (typeof platform.ROTUNDA_SERVER_URL === 'string') return platform.ROTUNDA_SERVER_URL;
    const origin = platform.location?.origin;
    return origin && origin !== 'null' ? origin : null;
  },
};

/** Timers of hidden pages are held back, messages are not. React Native has timers only. */
function byMessage(done: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    done();
  });
  port1.start();
  port2.postMessage(null);
}
