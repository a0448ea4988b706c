import type { Page } from 'playwright-core';
import { toldAfterExit } from './after-exit.ts';
import type { AnyBrowser, AnyPage, Context } from './any-page.ts';
import { APPLICATION, userSig } from './application.ts';
import { MeasuredPage, STREAM, viewOf } from './measured-page.ts';
import type { BytesArgument, ViewArgument } from './page/arguments.ts';
import type { EnterOptions } from './page/driver.ts';
import type { JournalEntry } from './page/journal.ts';
import type { CaptureFailure } from './page/plugs.ts';
import type { FramedTone, Sound, Tone } from './page/sound.ts';

export { STREAM, viewOf } from './measured-page.ts';

export const SCENE = { videoCall: 0, live: 1, audioCall: 2, voiceChat: 3 } as const;
export const ROLE = { anchor: 20, audience: 21 } as const;

export interface EnterRequest {
  readonly room: number | string;
  readonly scene?: number;
  readonly role?: number;
  readonly sdkAppId?: number;
  readonly userSig?: string;
  readonly privateMapKey?: string;
}

export interface WaitOptions {
  /** Only what happened after this entry counts. */
  readonly after?: JournalEntry | undefined;
  readonly timeoutMs?: number;
}

/** One user: an own browser context with one page that runs the SDK. */
export class Participant<P extends AnyPage = Page> extends MeasuredPage<P> {
  readonly #context: Context<P>;
  readonly #errors: string[] = [];

  private constructor(userId: string, context: Context<P>, page: P) {
    super(userId, page);
    this.#context = context;
    page.on('pageerror', (error) => this.#errors.push(`${userId}: ${error.stack ?? error.message}`));
  }

  static async open<P extends AnyPage>(options: {
    browser: AnyBrowser<P>;
    pageUrl: string;
    serverUrl: string;
    userId: string;
  }): Promise<Participant<P>> {
    const context = await options.browser.newContext();
    const participant = new Participant(options.userId, context, await context.newPage());
    const url = new URL(options.pageUrl);
    url.searchParams.set('server', options.serverUrl);
    await participant.page.goto(url.href);
    return participant;
  }

  /** What went wrong without any test having asked for it: uncaught errors, callbacks of a room that was left. */
  async complaints(): Promise<readonly string[]> {
    const journal = await this.journal().catch(() => []);
    const late = toldAfterExit(journal).map((call) => `${this.userId} was told after onExitRoom: ${call}`);
    return [...this.#errors, ...late];
  }

  /** Asks to enter; does not wait for the answer. */
  async startEntering(request: EnterRequest): Promise<void> {
    await this.page.evaluate((given) => window.driver.enter(given), this.#enterOptions(request));
  }

  /** Asks to enter and calls a method in the same breath. */
  async startEnteringThen(request: EnterRequest, method: string): Promise<void> {
    const given = [this.#enterOptions(request), method] as const;
    await this.page.evaluate(([options, then]) => {
      window.driver.enter(options);
      window.driver.call(then, []);
    }, given);
  }

  /** Enters again from inside the next `onExitRoom`. */
  async enterOnExit(request: EnterRequest): Promise<void> {
    const options = this.#enterOptions(request);
    await this.page.evaluate((given) => window.driver.enterWhen('onExitRoom', given), options);
  }

  /** Enters and waits until it is in. */
  async enter(request: EnterRequest): Promise<JournalEntry> {
    const after = await this.last();
    await this.startEntering(request);
    const entered = await this.waitFor('onEnterRoom', [], { after });
    if (!(Number(entered.args[0]) > 0))
      throw new Error(`${this.userId} could not enter: ${String(entered.args[0])}`);
    return entered;
  }

  /** Enters with camera and microphone, and waits until both are being sent. */
  async enterTalking(request: EnterRequest): Promise<void> {
    await this.call('startLocalPreview', { view: 'self' });
    await this.call('startLocalAudio', 2);
    const entered = await this.enter(request);
    await this.waitFor('onSendFirstLocalVideoFrame', [STREAM.big], { after: entered });
    await this.waitFor('onSendFirstLocalAudioFrame', [], { after: entered });
  }

  /** Calls a method of the SDK. @returns what it returns, if that is a plain value. */
  call(
    method: string,
    ...args: readonly (string | number | boolean | null | object | ViewArgument | BytesArgument)[]
  ): Promise<unknown> {
    return this.page.evaluate(([name, given]) => window.driver.call(name, given), [method, args] as const);
  }

  async listenTo(callback: string): Promise<void> {
    await this.page.evaluate((name) => window.driver.listenTo(name), callback);
  }

  /** Calls a method of the sub-instance, which is made when it is first used. */
  async callSub(
    method: string,
    ...args: readonly (string | number | boolean | ViewArgument)[]
  ): Promise<void> {
    await this.page.evaluate(([name, given]) => window.driver.call(name, given, 'sub'), [
      method,
      args,
    ] as const);
  }

  /** Enters another room with the sub-instance, as the same user, and waits until it is in. */
  async enterWithSub(request: EnterRequest): Promise<void> {
    const options = this.#enterOptions(request);
    const after = await this.last();
    await this.page.evaluate((given) => window.driver.enter(given, 'sub'), options);
    const entered = await this.waitFor('sub.onEnterRoom', [], { after });
    if (!(Number(entered.args[0]) > 0)) throw new Error(`${this.userId} could not enter with a sub-instance`);
  }

  /** Calls a method of the SDK for what it returns. */
  async ask(method: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.page.evaluate(([name, given]) => window.driver.ask(name, given), [method, args] as const);
  }

  /** Subscribes to a user's picture and waits until it is seen. */
  async watch(userId: string, streamType: number = STREAM.big): Promise<void> {
    await this.call('startRemoteView', userId, { view: viewOf(userId, streamType) }, streamType);
    await this.sees(userId, streamType);
  }

  async waitFor(
    name: string,
    args: readonly (string | number | null)[] = [],
    { after, timeoutMs = 20_000 }: WaitOptions = {},
  ): Promise<JournalEntry> {
    const wanted = { name, args, after: after?.seq ?? 0 };
    const entry = await this.page.evaluate(([what, limit]) => window.driver.next(what, limit), [
      wanted,
      timeoutMs,
    ] as const);
    if (entry) return entry;
    const seen = (await this.journal()).map((each) => `  ${each.name}(${JSON.stringify(each.args)})`);
    throw new Error(
      `${this.userId} waited ${timeoutMs} ms in vain for ${name}(${JSON.stringify(args)}); it saw\n${seen.join('\n')}`,
    );
  }

  journal(): Promise<readonly JournalEntry[]> {
    return this.page.evaluate(() => window.driver.journal());
  }

  /** What happened since an entry, without it. */
  async since(entry: JournalEntry | undefined): Promise<readonly JournalEntry[]> {
    return (await this.journal()).filter(({ seq }) => seq > (entry?.seq ?? 0));
  }

  async last(): Promise<JournalEntry | undefined> {
    return (await this.journal()).at(-1);
  }

  /** What the microphones, or one of them, pick up from now on; before they are opened. */
  async setSound(sound: Sound, deviceId?: string): Promise<void> {
    await this.page.evaluate(([given, id]) => window.driver.setSound(given, id), [sound, deviceId] as const);
  }

  /** Takes a device away; what it delivered ends. */
  async unplug(deviceId: string): Promise<void> {
    await this.page.evaluate((id) => window.driver.plug(id, { plugged: false }), deviceId);
  }

  /** Puts a device back that was taken away. */
  async plug(deviceId: string): Promise<void> {
    await this.page.evaluate((id) => window.driver.plug(id, { plugged: true }), deviceId);
  }

  /** Captures of a device, or of every one, fail so from now on; null for no longer. */
  async failCaptures(failure: CaptureFailure | null, deviceId?: string): Promise<void> {
    await this.page.evaluate(([name, id]) => window.driver.failCaptures(name, id), [
      failure,
      deviceId,
    ] as const);
  }

  /** Makes it the system's default one of its kind. */
  async prefer(deviceId: string): Promise<void> {
    await this.page.evaluate((id) => window.driver.prefer(id), deviceId);
  }

  /** Ends what is captured of the screen, as the browser's own button does. */
  async endScreens(): Promise<void> {
    await this.page.evaluate(() => window.driver.endScreens());
  }

  /** What a shared screen sounds like from now on; before it is opened. */
  async setScreenSound(sound: Sound | 'none'): Promise<void> {
    await this.page.evaluate((given) => window.driver.setScreenSound(given), sound);
  }

  /** The address, in this page, of generated music. */
  music(tone: Tone): Promise<string> {
    return this.page.evaluate((given) => window.driver.music(given), tone);
  }

  /** Brings a tone as frames of the application, from now on and at their pace. */
  async feed(method: 'sendCustomAudioData' | 'mixExternalAudioFrame', tone: FramedTone): Promise<void> {
    await this.page.evaluate(([to, given]) => window.driver.feed(to, given), [method, tone] as const);
  }

  async holdCapture(): Promise<void> {
    await this.page.evaluate(() => window.driver.holdCapture());
  }

  async releaseCapture(): Promise<void> {
    await this.page.evaluate(() => window.driver.releaseCapture());
  }

  /** The page's timers fire at most once in `slotMs` from now on, and the page counts as hidden. */
  async hide(slotMs: number): Promise<void> {
    await this.page.evaluate((slot) => window.driver.hide(slot), slotMs);
  }

  async destroy(): Promise<void> {
    await this.page.evaluate(() => window.driver.destroy());
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  #enterOptions({ room, scene = SCENE.videoCall, role = ROLE.anchor, ...rest }: EnterRequest): EnterOptions {
    return {
      room,
      scene,
      role,
      sdkAppId: rest.sdkAppId ?? APPLICATION.sdkAppId,
      userId: this.userId,
      userSig: rest.userSig ?? userSig({ userId: this.userId }),
      privateMapKey: rest.privateMapKey ?? null,
    };
  }
}
