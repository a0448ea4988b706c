import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RotundaAdmin } from '@rotunda/admin';
import { startServer, type RotundaServer } from '@rotunda/server';
import type { Browser } from 'playwright-core';
import { APPLICATION } from './application.ts';
import { openBrowser } from './browser.ts';
import { buildWeb } from './bundle.ts';
import { MeetingPage } from './meeting-page.ts';
import { temporaryDirectory } from './stage.ts';

/** A server that serves the meeting page, as `npm start` does, and people at it. */
export class WebStage {
  /** Pictures may be put here; it goes when the stage does. */
  readonly scratch: string;
  /** The application's own backend. */
  readonly admin: RotundaAdmin;
  readonly #server: RotundaServer;
  readonly #browser: Browser;
  readonly #open = new Set<MeetingPage>();

  private constructor(scratch: string, server: RotundaServer, browser: Browser) {
    this.scratch = scratch;
    this.#server = server;
    this.#browser = browser;
    this.admin = new RotundaAdmin({ url: server.url, ...APPLICATION.cloudApi });
  }

  static async open({ dev }: { dev: boolean }): Promise<WebStage> {
    const scratch = await temporaryDirectory();
    const webDir = await buildWeb(join(scratch, 'web'));
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir: scratch,
      workers: 1,
      announcedAddress: '127.0.0.1',
      dev,
      logLevel: 'warn',
      webDir,
      apps: [APPLICATION],
    });
    return new WebStage(scratch, server, await openBrowser());
  }

  /** Somebody opens the page and fills in name and room. */
  async comes(
    name: string,
    room: string,
    viewport?: { width: number; height: number },
  ): Promise<MeetingPage> {
    const meeting = await MeetingPage.open({
      browser: this.#browser,
      serverUrl: this.#server.url,
      name,
      room,
      ...(viewport ? { viewport } : {}),
    });
    this.#open.add(meeting);
    return meeting;
  }

  /** These people meet: everybody sees everybody. */
  async meet<const Names extends readonly string[]>(
    room: string,
    ...names: Names
  ): Promise<{ [Index in keyof Names]: MeetingPage }> {
    const meetings = await Promise.all(names.map((name) => this.comes(name, room)));
    for (const meeting of meetings) await meeting.join();
    await Promise.all(
      meetings.map(async (meeting) => {
        for (const name of names) await meeting.sees(name);
      }),
    );
    return meetings as { [Index in keyof Names]: MeetingPage };
  }

  /** Closes all pages, and fails the test if one of them had an error that nobody caught. */
  async clear(): Promise<void> {
    const uncaught = [...this.#open].flatMap((meeting) => meeting.uncaught);
    await Promise.all([...this.#open].map((meeting) => meeting.close()));
    this.#open.clear();
    if (uncaught.length > 0) throw new Error(uncaught.join('\n'));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
    await rm(this.scratch, { recursive: true, force: true });
  }
}
