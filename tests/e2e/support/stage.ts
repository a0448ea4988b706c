import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timers } from '@rotunda/protocol';
import { startServer } from '@rotunda/server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { APPLICATION } from './application.ts';
import { openBrowser } from './browser.ts';
import { buildBundle } from './bundle.ts';
import { CloudApi } from './cloud-api.ts';
import { Firefox } from './firefox.ts';
import { openPageServer, type PageServer } from './page-server.ts';
import type { AnyBrowser, AnyPage } from './any-page.ts';
import { Participant } from './participant.ts';
import { until } from './wait.ts';

/** Where the server's state lies during a test file. */
export async function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rotunda-e2e-data-'));
}

export interface UserOptions {
  /** The way to the server, when it is not the direct one. */
  readonly via?: string;
  readonly browser?: Browser;
}

/** What every test file stands on: one browser, the page, and a server in this process. */
export class Stage {
  readonly api: CloudApi;
  readonly serverUrl: string;
  readonly browser: Browser;
  readonly #pages: PageServer;
  readonly #participants = new Set<Participant<AnyPage>>();
  readonly #plain = new Set<BrowserContext>();
  readonly #closers: (() => Promise<unknown>)[];
  #rooms = 1000;

  private constructor(options: {
    serverUrl: string;
    browser: Browser;
    pages: PageServer;
    closers: (() => Promise<unknown>)[];
  }) {
    this.serverUrl = options.serverUrl;
    this.browser = options.browser;
    this.#pages = options.pages;
    this.#closers = options.closers;
    this.api = new CloudApi(options.serverUrl);
  }

  static async open({
    timers = {},
    privateMapKey = 'off',
  }: { timers?: 'trtc' | Partial<Timers>; privateMapKey?: 'off' | 'required' } = {}): Promise<Stage> {
    const dataDir = await temporaryDirectory();
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir,
      workers: 1,
      announcedAddress: '127.0.0.1',
      timers,
      logLevel: 'warn',
      apps: [{ ...APPLICATION, privateMapKey }],
    });
    return Stage.around(server.url, async () => {
      // Everybody has left, so whatever is still open has been forgotten.
      let left = {};
      await until('the server has nothing left open', () => {
        const { workers: _running, ...open } = server.counts();
        left = open;
        return Object.values(open).every((count) => count === 0);
      }).catch((error: unknown) => {
        throw new Error(`the server has something left open: ${JSON.stringify(left)}`, { cause: error });
      });
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  /** A stage around a server that runs elsewhere. */
  static async around(serverUrl: string, closeServer: () => Promise<unknown>): Promise<Stage> {
    const [browser, pages] = await Promise.all([openBrowser(), buildBundle().then(openPageServer)]);
    const closers = [() => browser.close(), () => pages.close(), closeServer];
    return new Stage({ serverUrl, browser, pages, closers });
  }

  /** A Firefox beside the Chromium, for as long as there is the stage. */
  async openFirefox(options?: Parameters<typeof Firefox.open>[0]): Promise<Firefox> {
    const firefox = await Firefox.open(options);
    this.#closers.unshift(() => firefox.close());
    return firefox;
  }

  /** A room that no other test of this file uses. */
  room(): number {
    this.#rooms += 1;
    return this.#rooms;
  }

  stringRoom(): string {
    return `room-${this.room()}`;
  }

  user(
    userId: string,
    { via = this.serverUrl, browser = this.browser }: UserOptions = {},
  ): Promise<Participant> {
    return this.userOf(browser, userId, via);
  }

  /** A user of another kind of browser. */
  async userOf<P extends AnyPage>(
    browser: AnyBrowser<P>,
    userId: string,
    via = this.serverUrl,
  ): Promise<Participant<P>> {
    const participant = await Participant.open({ browser, userId, pageUrl: this.#pages.url, serverUrl: via });
    this.#participants.add(participant);
    return participant;
  }

  /** A page with the SDK and nothing of the harness, which finds its server by itself. `prepare`: before it is opened. */
  async plainPage({
    browser = this.browser,
    prepare = () => Promise.resolve(),
  }: { browser?: Browser; prepare?: (page: Page) => Promise<unknown> } = {}): Promise<Page> {
    const context = await browser.newContext();
    this.#plain.add(context);
    const page = await context.newPage();
    await page.addInitScript((url) => Object.assign(globalThis, { ROTUNDA_SERVER_URL: url }), this.serverUrl);
    await prepare(page);
    await page.goto(new URL('plain', this.#pages.url).href);
    return page;
  }

  async users<const Names extends readonly string[]>(
    ...names: Names
  ): Promise<{ [Index in keyof Names]: Participant }> {
    const opened = await Promise.all(names.map((name) => this.user(name)));
    return opened as { [Index in keyof Names]: Participant };
  }

  /** Ends what a test left open, and fails it for what no page may ever have. */
  async clear(): Promise<void> {
    const participants = [...this.#participants];
    this.#participants.clear();
    const complaints = await Promise.all(participants.map((participant) => participant.complaints()));
    await Promise.all(participants.map((participant) => participant.close().catch(() => undefined)));
    await Promise.all([...this.#plain].map((context) => context.close()));
    this.#plain.clear();
    if (complaints.flat().length > 0) throw new Error(complaints.flat().join('\n'));
  }

  async close(): Promise<void> {
    for (const close of this.#closers) await close();
  }
}
