/** What the core needs of the page it runs in, and of plain HTTP. */
export interface Page {
  /** Calls `listener` when the page goes away for good. @returns how to stop listening. */
  onGone(listener: () => void): () => void;
  /** Hands a body over for sending after the page is gone. */
  sendBeacon(url: string, body: string): void;
  /** @returns the HTTP status; rejects when there was no answer, or none before `signal` aborts. */
  post(url: string, body: string, signal: AbortSignal): Promise<number>;
  /** `globalThis.ROTUNDA_SERVER_URL`, else the page's own origin; null outside of pages. */
  defaultServerUrl(): string | null;
}

interface PageGlobals {
  readonly ROTUNDA_SERVER_URL?: unknown;
  readonly location?: { readonly origin: string };
  addEventListener?(type: 'pagehide', listener: (event: PageTransitionEvent) => void): void;
  removeEventListener?(type: 'pagehide', listener: (event: PageTransitionEvent) => void): void;
}

const platform = globalThis as PageGlobals;

export const browserPage: Page = {
  onGone(listener) {
    // A persisted page sleeps in the back/forward cache and may wake up again.
    const hide = (event: PageTransitionEvent): void => {
      if (!event.persisted) listener();
    };
    platform.addEventListener?.('pagehide', hide);
    return () => platform.removeEventListener?.('pagehide', hide);
  },

  sendBeacon(url, body) {
    // A string is sent as text/plain, which needs no preflight request.
    navigator.sendBeacon(url, body);
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

  defaultServerUrl() {
    if (typeof platform.ROTUNDA_SERVER_URL === 'string') return platform.ROTUNDA_SERVER_URL;
    const origin = platform.location?.origin;
    return origin && origin !== 'null' ? origin : null;
  },
};
