import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from './wait.ts';

declare global {
  interface Window {
    /** Every track that this page ever captured. */
    captured: MediaStreamTrack[];
  }
}

/** Runs in the page before anything else. */
function rememberCaptures(): void {
  window.captured = [];
  const { mediaDevices } = navigator;
  for (const name of ['getUserMedia', 'getDisplayMedia'] as const) {
    const capture = mediaDevices[name].bind(mediaDevices);
    mediaDevices[name] = async (constraints) => {
      const stream = await capture(constraints);
      window.captured.push(...stream.getTracks());
      return stream;
    };
  }
}

/** How much the grey values of what a `<video>` shows differ: a black picture has none. Runs in the page. */
function spreadOf(video: HTMLVideoElement): number {
  const canvas = new OffscreenCanvas(32, 32);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context?.drawImage(video, 0, 0, 32, 32);
  const data = context?.getImageData(0, 0, 32, 32).data ?? new Uint8ClampedArray();
  const greens = data.filter((_value, at) => at % 4 === 1);
  return Math.max(...greens) - Math.min(...greens);
}

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
    await meeting.page.addInitScript(rememberCaptures);
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

  /** Picks one of the choices of the card, which are drawn by their labels. */
  async choose(testId: string): Promise<void> {
    await this.page.getByTestId(testId).check({ force: true });
  }

  /** The text that is shown there. */
  async says(testId: string): Promise<string> {
    const place = this.page.getByTestId(testId);
    await place.waitFor();
    return place.innerText();
  }

  /** The state of every track that this page ever captured. */
  captured(): Promise<string[]> {
    return this.page.evaluate(() => window.captured.map(({ readyState }) => readyState));
  }

  /** Waits until a user's tile shows a moving picture that is not black. */
  async sees(name: string, kind: 'tile' | 'screen' = 'tile'): Promise<void> {
    const video = this.page.getByTestId(`${kind}-${name}`).locator('video');
    await video.waitFor();
    await until(`a picture of ${name} moves`, () =>
      video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames > 10),
    );
    await until(`the picture of ${name} is not black`, async () => (await video.evaluate(spreadOf)) > 20);
    await this.page.locator(`[data-testid="${kind}-${name}"][data-picture="showing"]`).waitFor();
  }

  /** Waits for the screen after the stay; what it says of camera and microphone must be true. @returns why it ended, as the page understood it. */
  async ending(): Promise<string> {
    const ending = this.page.getByTestId('ending');
    await ending.waitFor();
    await this.page.getByTestId('devices-off').waitFor();
    const captured = await this.captured();
    if (captured.includes('live') || captured.length === 0) {
      throw new Error(`captured tracks after the end: ${captured.join(', ') || 'none was ever captured'}`);
    }
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
