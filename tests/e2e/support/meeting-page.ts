import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from './wait.ts';

interface MeetingOptions {
  readonly browser: Browser;
  readonly serverUrl: string;
  readonly name: string;
  readonly room: string;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** One person at the page that the server itself serves. */
export class MeetingPage {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #errors: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.#errors.push(error.message));
  }

  static async open({ browser, serverUrl, viewport, ...rest }: MeetingOptions): Promise<MeetingPage> {
    const context = await browser.newContext({ viewport: viewport ?? { width: 1280, height: 800 } });
    const meeting = new MeetingPage(context, await context.newPage());
    await meeting.page.goto(serverUrl);
    await meeting.page.getByTestId('join-name').fill(rest.name);
    await meeting.page.getByTestId('join-room').fill(rest.room);
    return meeting;
  }

  get uncaught(): readonly string[] {
    return this.#errors;
  }

  async join(): Promise<void> {
    await this.click('join-button');
    await this.page.getByTestId('room').waitFor();
  }

  async click(testId: string): Promise<void> {
    await this.page.getByTestId(testId).click();
  }

  /** Waits until a user's tile shows a moving picture that is not black. */
  async sees(name: string, kind: 'tile' | 'screen' = 'tile'): Promise<void> {
    const video = this.page.getByTestId(`${kind}-${name}`).locator('video');
    await video.waitFor();
    await until(`a picture of ${name} moves`, () =>
      video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames > 10),
    );
    await this.page.locator(`[data-testid="${kind}-${name}"][data-picture="showing"]`).waitFor();
  }

  /** Waits for the screen after the stay. @returns why it ended, as the page understood it. */
  async ending(): Promise<string> {
    const ending = this.page.getByTestId('ending');
    await ending.waitFor();
    await this.page.getByTestId('devices-off').waitFor();
    return (await ending.getAttribute('data-cause')) ?? '';
  }

  /** The callbacks of that name in the visible timeline, as their arguments. */
  timeline(callback: string): Promise<string[]> {
    return this.page
      .locator(`[data-testid="timeline-entry"][data-kind="callback"][data-name="${callback}"]`)
      .evaluateAll((lines) => lines.map((line) => line.getAttribute('data-args') ?? ''));
  }

  /** How far the page reaches beyond its window to the right, in CSS pixels. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
