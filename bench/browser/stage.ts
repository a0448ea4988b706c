import { readFile } from 'node:fs/promises';
import { chromium, type Browser, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--use-fake-device-for-media-stream=fps=20',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--allow-loopback-in-peer-connection',
  '--disable-background-networking',
  '--disable-component-update',
];

/** The SDK as a page loads it, built before the benchmark starts. */
const SDK_FILE = new URL('../../packages/client/dist/rotunda.iife.js', import.meta.url);

/** Functions reach a page as text, in which the loader of this process calls a helper that pages do not have. */
const NAME_HELPER = 'globalThis.__name ??= (target) => target;';

/** A Chromium with invented camera and microphone, and pages of the server's origin that hold only the SDK. */
export class BrowserStage {
  readonly #browser: Browser;
  readonly #sdk: string;

  private constructor(browser: Browser, sdk: string) {
    this.#browser = browser;
    this.#sdk = sdk;
  }

  static async open(): Promise<BrowserStage> {
    const sdk = await readFile(SDK_FILE, 'utf8');
    const browser = await chromium.launch({
      executablePath: process.env['ROTUNDA_CHROMIUM'] ?? '/usr/bin/chromium',
      args: FLAGS,
      headless: true,
    });
    return new BrowserStage(browser, sdk);
  }

  async page(serverUrl: string): Promise<Page> {
    const context = await this.#browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(NAME_HELPER);
    // Any small document of the server's own origin: what is measured is the SDK, not a page.
    await page.goto(new URL('/healthz', serverUrl).href);
    await page.addScriptTag({ content: this.#sdk });
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** Runs `measure` with a browser, which ends in any case. */
export async function withBrowser<T>(measure: (stage: BrowserStage) => Promise<T>): Promise<T> {
  const stage = await BrowserStage.open();
  try {
    return await measure(stage);
  } finally {
    await stage.close();
  }
}
