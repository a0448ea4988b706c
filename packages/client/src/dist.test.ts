import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

const dist = (name: string): string => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

/** Reading one of these at import says that the code is meant for a browser. zod asks whether there is a `navigator`. */
const BROWSER_GLOBALS = [
  'window',
  'document',
  'location',
  'WebSocket',
  'MediaStream',
  'RTCPeerConnection',
  'HTMLElement',
];

/** What a bundler makes of a page's module with this text, as modules are left out that nothing uses. */
async function bundled(text: string): Promise<string> {
  const page = 'virtual:page';
  const built = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === page ? id : null),
        load: (id) => (id === page ? text : null),
      },
    ],
    build: { write: false, rollupOptions: { input: page } },
  });
  if (!('output' in built)) throw new Error('one bundle was asked for');
  return built.output.map((file) => ('code' in file ? file.code : '')).join('');
}

// Built by `npm run build`, which `npm test` does first.
describe.skipIf(!existsSync(dist('rotunda.iife.js')))('the built SDK', () => {
  it.each(['index.js', 'web.js'])('%s can be imported without a browser', async (name) => {
    const touched: string[] = [];
    const before = BROWSER_GLOBALS.map(
      (key) => [key, Object.getOwnPropertyDescriptor(globalThis, key)] as const,
    );
    for (const key of BROWSER_GLOBALS) {
      Object.defineProperty(globalThis, key, { configurable: true, get: () => void touched.push(key) });
    }
    try {
      expect((await import(dist(name))).default).toBeTypeOf('function');
    } finally {
      for (const [key, descriptor] of before) {
        if (descriptor) Object.defineProperty(globalThis, key, descriptor);
        else Reflect.deleteProperty(globalThis, key);
      }
    }
    expect(touched).toEqual([]);
  });

  it('index.js brings no names of codes to a page that does not import them', async () => {
    const bundle = (name: string) =>
      bundled(`import { ${name} } from '${dist('index.js')}'; globalThis.imported = ${name};`);
    expect(await bundle('TXLiteAVError')).toContain('ERR_RTMP_PUSH_NO_NETWORK');
    const sdk = await bundle('TRTCCloud');
    expect(sdk).toContain('getTRTCShareInstance');
    expect(sdk).not.toMatch(/ERR_RTMP_PUSH_NO_NETWORK|WARNING_RTMP_NO_DATA/);
  });

  it('rotunda.iife.js leaves both faces and the enums in the page, and nothing else but the registry of zod', () => {
    const page: Record<string, unknown> = {};
    page.window = page;
    page.globalThis = page;
    runInNewContext(readFileSync(dist('rotunda.iife.js'), 'utf8'), page);
    expect(page.TRTCCloud).toHaveProperty('getTRTCShareInstance');
    expect(page.TRTC).toHaveProperty('create');
    expect(page.TRTCAppScene).toMatchObject({ TRTCAppSceneLIVE: 1 });
    expect(page.TRTCRoleType).toMatchObject({ TRTCRoleAudience: 21 });
    const foreign = Object.keys(page).filter((key) => !/^(TRTC|window$|globalThis$|__zod_)/.test(key));
    // The names of TRTC's without its prefix.
    expect(foreign.toSorted()).toEqual(['AudioMusicParam', 'Rect', 'TXLiteAVError', 'TXLiteAVWarning']);
  });
});
