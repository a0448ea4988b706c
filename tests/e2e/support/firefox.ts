import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BidiConnection, type CallResult } from './bidi.ts';
import { inventSoundCard, type SoundCard } from './sound-card.ts';

/** As the permission preferences count. */
const ALLOWED = 1;
/**
 * By when a page may play sound, as Firefox counts. Whoever may capture always may, unless it takes a gesture just before: that is what
 * the policy wants.
 */
const PLAYING = {
  always: { 'media.autoplay.default': 0 },
  afterGesture: { 'media.autoplay.default': 1, 'media.autoplay.blocking_policy': 1 },
} as const;

const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  // A page that may not capture gathers its default address only, and invented devices do not count as captured.
  'permissions.default.camera': ALLOWED,
  'permissions.default.microphone': ALLOWED,
  // Only one window has the focus. The others, too, may list devices and hence capture.
  'media.devices.unfocused.enabled': true,
  'media.peerconnection.ice.loopback': true,
};

/** As the machine is. */
const NO_SOUND_CARD: SoundCard = { preferences: {}, environment: {} };

const GOODBYE_MS = 5_000;

/** As WebDriver BiDi puts them. */
const GESTURES = {
  click: {
    type: 'pointer',
    id: 'mouse',
    actions: [
      { type: 'pointerMove', x: 10, y: 10 },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ],
  },
  key: {
    type: 'key',
    id: 'keyboard',
    actions: [
      { type: 'keyDown', value: 'a' },
      { type: 'keyUp', value: 'a' },
    ],
  },
};

/** What stands for undefined in JSON, which has no such value. */
const UNDEFINED = '\u0000undefined';

/**
 * A Firefox as it is published, with an invented camera and microphone, spoken to over WebDriver BiDi. Playwright drives
 * only builds of its own, so this has the few methods of Playwright's browser that a participant needs.
 */
export class Firefox {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #profile: string;
  readonly #bidi: BidiConnection;

  private constructor(child: ChildProcess, ended: Promise<void>, profile: string, bidi: BidiConnection) {
    this.#child = child;
    this.#ended = ended;
    this.#profile = profile;
    this.#bidi = bidi;
  }

  /** Audio graphs run with a sound card only. */
  static async open({
    soundCard = 'none',
    sound = 'always',
  }: { soundCard?: 'none' | 'invented'; sound?: keyof typeof PLAYING } = {}): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'rotunda-e2e-firefox-'));
    const card = soundCard === 'invented' ? await inventSoundCard(profile) : NO_SOUND_CARD;
    const preferences = Object.entries({ ...PREFERENCES, ...PLAYING[sound], ...card.preferences }).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    await writeFile(join(profile, 'user.js'), preferences.join(''));
    const child = spawn(
      process.env['ROTUNDA_FIREFOX'] ?? '/usr/bin/firefox-esr',
      ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0'],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...card.environment } },
    );
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    try {
      const bidi = await BidiConnection.open(`${await listeningAddress(child)}/session`);
      await bidi.send('session.new', { capabilities: {} });
      await bidi.send('session.subscribe', { events: ['log.entryAdded'] });
      return new Firefox(child, ended, profile, bidi);
    } catch (error) {
      child.kill('SIGKILL');
      await ended;
      await rm(profile, { recursive: true, force: true });
      throw error;
    }
  }

  /** Storage of its own, like another person's browser. */
  async newContext(): Promise<FirefoxContext> {
    const { userContext } = await this.#bidi.send<{ userContext: string }>('browser.createUserContext', {});
    return new FirefoxContext(this.#bidi, userContext);
  }

  /** Resolves when the process is gone, and its profile with it. */
  async close(): Promise<void> {
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), GOODBYE_MS);
    await this.#bidi.send('browser.close', {}).catch(() => undefined);
    await this.#ended;
    clearTimeout(impatience);
    this.#bidi.close();
    await rm(this.#profile, { recursive: true, force: true });
  }
}

export class FirefoxContext {
  readonly #bidi: BidiConnection;
  readonly #id: string;

  constructor(bidi: BidiConnection, id: string) {
    this.#bidi = bidi;
    this.#id = id;
  }

  /** In a window of its own: the page of a tab behind another counts as hidden. */
  async newPage(): Promise<FirefoxPage> {
    const { context } = await this.#bidi.send<{ context: string }>('browsingContext.create', {
      type: 'window',
      userContext: this.#id,
    });
    return new FirefoxPage(this.#bidi, context);
  }

  async close(): Promise<void> {
    await this.#bidi.send('browser.removeUserContext', { userContext: this.#id });
  }
}

export class FirefoxPage {
  readonly #bidi: BidiConnection;
  readonly #id: string;

  constructor(bidi: BidiConnection, id: string) {
    this.#bidi = bidi;
    this.#id = id;
  }

  /** Errors that nobody in the page caught. */
  on(_event: 'pageerror', listener: (error: Error) => void): void {
    this.#bidi.onLogEntry(({ type, level, text, source }) => {
      if (type === 'javascript' && level === 'error' && source.context === this.#id)
        listener(new Error(text ?? 'an error without a text'));
    });
  }

  /** Resolves when the page is loaded. */
  async goto(url: string): Promise<void> {
    await this.#bidi.send('browsingContext.navigate', { context: this.#id, url, wait: 'complete' });
  }

  /** Runs a function in the page. What it is given, undefined values too, and what it returns travel as JSON. */
  async evaluate<R, A>(run: (given: A) => R | Promise<R>, given?: A): Promise<R> {
    const { result, exceptionDetails } = await this.#bidi.send<CallResult>('script.callFunction', {
      functionDeclaration: `async (given, UNDEFINED) => {
        const revive = (_key, value) => (value === UNDEFINED ? undefined : value);
        return JSON.stringify(await (${String(run)})(JSON.parse(given, revive)));
      }`,
      arguments: [
        {
          type: 'string',
          value: JSON.stringify(given, (_key, value: unknown) => (value === undefined ? UNDEFINED : value)),
        },
        { type: 'string', value: UNDEFINED },
      ],
      target: { context: this.#id },
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return (result?.type === 'string' ? JSON.parse(String(result.value)) : undefined) as R;
  }

  /** Clicks, or presses a key, as a user does. */
  async gesture(kind: keyof typeof GESTURES): Promise<void> {
    await this.#bidi.send('input.performActions', { context: this.#id, actions: [GESTURES[kind]] });
  }

  /** The element that a CSS selector finds first. */
  locator(selector: string): { screenshot(): Promise<Buffer> } {
    return { screenshot: () => this.#screenshot(selector) };
  }

  /** As a user closes a tab. */
  async close(): Promise<void> {
    await this.#bidi.send('browsingContext.close', { context: this.#id });
  }

  /** A PNG file. */
  async #screenshot(selector: string): Promise<Buffer> {
    const place = await this.evaluate((wanted) => {
      const element = document.querySelector(wanted);
      if (!element) throw new Error(`nothing is ${wanted}`);
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x: x + scrollX, y: y + scrollY, width, height };
    }, selector);
    const { data } = await this.#bidi.send<{ data: string }>('browsingContext.captureScreenshot', {
      context: this.#id,
      origin: 'document',
      clip: { type: 'box', ...place },
    });
    return Buffer.from(data, 'base64');
  }
}

/** Where Firefox listens for WebDriver BiDi, which it says on its error output. */
function listeningAddress(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`Firefox ended before it listened:\n${said.join('\n')}`)));
    if (!child.stderr) return;
    // Reading goes on afterwards: whatever it still says must not fill the pipe.
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const address = /^WebDriver BiDi listening on (ws:\S+)$/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
