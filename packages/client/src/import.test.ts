import { describe, expect, it } from 'vitest';

/** Globals of browsers that plain Node has not. Touching one fails. */
const BROWSER_GLOBALS = ['window', 'document', 'location', 'MediaStream', 'RTCPeerConnection', 'HTMLElement'];

describe('importing in plain Node', () => {
  it.each(['./index.ts', './web.ts', './testing.ts'])('%s touches no browser global', async (entry) => {
    const touched: string[] = [];
    for (const name of BROWSER_GLOBALS) {
      Object.defineProperty(globalThis, name, { configurable: true, get: () => touched.push(name) });
    }
    try {
      expect(Object.keys(await import(entry)).length).toBeGreaterThan(0);
    } finally {
      for (const name of BROWSER_GLOBALS) Reflect.deleteProperty(globalThis, name);
    }
    expect(touched).toEqual([]);
  });
});
