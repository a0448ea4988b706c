import { until } from './wait.ts';
import type { AnyPage } from './any-page.ts';
import type { Driver } from './page/driver.ts';
import type { InboundAudio, InboundVideo, OutboundVideo, UsedPath } from './page/peers.ts';
import type { Picture } from './page/picture.ts';
import type { FramesHeard } from './page/frames.ts';
import type { Evenness, Heard } from './page/sound.ts';

declare global {
  interface Window {
    readonly driver: Driver;
  }
}

export const STREAM = { big: 0, small: 1, sub: 2 } as const;

/** What a user's page sends, receives, shows and plays. */
export class MeasuredPage<P extends AnyPage> {
  readonly userId: string;
  readonly page: P;

  protected constructor(userId: string, page: P) {
    this.userId = userId;
    this.page = page;
  }

  liveTracks(): Promise<number> {
    return this.page.evaluate(() => window.driver.liveTracks());
  }

  openConnections(): Promise<number> {
    return this.page.evaluate(() => window.driver.openConnections());
  }

  received(userId: string, streamType: number = STREAM.big): Promise<InboundVideo | undefined> {
    return this.page.evaluate((view) => window.driver.received(view), viewOf(userId, streamType));
  }

  /** Every picture that arrives, whether or not it is shown. */
  arriving(): Promise<InboundVideo[]> {
    return this.page.evaluate(() => window.driver.arriving());
  }

  heard(): Promise<InboundAudio[]> {
    return this.page.evaluate(() => window.driver.heard());
  }

  /** How each screen is captured. */
  screens(): Promise<MediaTrackSettings[]> {
    return this.page.evaluate(() => window.driver.screens());
  }

  /** Listens to the only other user who is heard, and in particular for tones of these frequencies. */
  async listen(ms = 600, tones: readonly number[] = []): Promise<Heard> {
    return until(`${this.userId} receives sound`, () =>
      this.page.evaluate(([given, wanted]) => window.driver.listen(given, wanted), [ms, tones] as const),
    );
  }

  /** How even the sound of the only other user who is heard is, sample by sample. */
  async evenness(ms: number): Promise<Evenness> {
    return until(`${this.userId} receives sound`, () =>
      this.page.evaluate((given) => window.driver.evenness(given), ms),
    );
  }

  /** Keeps the frames of an audio frame callback for all sound from now on. */
  async watchFrames(): Promise<void> {
    await this.page.evaluate(() => window.driver.watchFrames());
  }

  /** How many frames of each kind came since they were taken. */
  frameCounts(): Promise<Record<string, number>> {
    return this.page.evaluate(() => window.driver.frameCounts());
  }

  /** What the frames that a function of the callback got in `ms` milliseconds from now on sounded like; of a user with the userId behind it. */
  async frames(name: string, ms: number, tones: readonly number[] = []): Promise<FramesHeard> {
    await this.page.evaluate((given) => window.driver.takeFrames(given, []), name);
    await until(`frames of ${name}`, async () => ((await this.frameCounts())[name] ?? 0) >= ms / 20);
    const heard = await this.page.evaluate(([given, wanted]) => window.driver.takeFrames(given, wanted), [
      name,
      tones,
    ] as const);
    if (!heard) throw new Error('frames were taken twice');
    return heard;
  }

  /** The volume of each element that plays another user, 0 to 1. */
  played(): Promise<number[]> {
    return this.page.evaluate(() => [...document.querySelectorAll('audio')].map(({ volume }) => volume));
  }

  /** What the SDK's own mix lets be heard here; null if it has none. */
  listenHere(ms = 600, tones: readonly number[] = []): Promise<Heard | null> {
    return this.page.evaluate(([given, wanted]) => window.driver.listenHere(given, wanted), [
      ms,
      tones,
    ] as const);
  }

  /** Audio graphs and picture compositors of the SDK that are not closed. */
  openMixes(): Promise<number> {
    return this.page.evaluate(() => window.driver.openMixes());
  }

  /** The id of the speaker that each audio graph of the SDK is heard on. */
  mixSpeakers(): Promise<string[]> {
    return this.page.evaluate(() => window.driver.mixSpeakers());
  }

  /** Opus parameters of the sound that is being sent. */
  soundFormats(): Promise<string[]> {
    return this.page.evaluate(() => window.driver.soundFormats());
  }

  sent(): Promise<OutboundVideo[]> {
    return this.page.evaluate(() => window.driver.sent());
  }

  /** What each sender of a picture gives up first on a poor network. */
  degradation(): Promise<string[]> {
    return this.page.evaluate(() => window.driver.degradation());
  }

  paths(): Promise<UsedPath[]> {
    return this.page.evaluate(() => window.driver.paths());
  }

  picture(userId: string, streamType: number = STREAM.big): Promise<Picture | undefined> {
    return this.page.evaluate((view) => window.driver.picture(view), viewOf(userId, streamType));
  }

  /** Whether somebody in front of the screen would see a picture in the view of that user. */
  shows(userId: string, streamType: number = STREAM.big): Promise<boolean> {
    return this.page.evaluate(
      (view) => {
        const video = document.getElementById(view)?.querySelector('video');
        return video?.checkVisibility({ visibilityProperty: true }) ?? false;
      },
      viewOf(userId, streamType),
    );
  }

  /** Waits until frames of a user are being decoded, `frames` more than now, and the picture shows something. */
  async sees(userId: string, streamType: number = STREAM.big, frames = 5): Promise<void> {
    let before = (await this.received(userId, streamType))?.framesDecoded ?? 0;
    await until(`${this.userId} decodes frames of ${userId}`, async () => {
      const decoded = (await this.received(userId, streamType))?.framesDecoded;
      if (decoded === undefined) return false;
      // Who comes over another transport is counted anew.
      before = Math.min(before, decoded);
      return decoded >= before + frames;
    });
    await until(`${this.userId} sees a picture of ${userId}`, async () => {
      const picture = await this.picture(userId, streamType);
      return picture !== undefined && picture.spread > 5 && picture.mean > 10;
    });
  }

  /** Waits until sound of that many users arrives and is played. */
  async hears(users: number): Promise<void> {
    await until(`${this.userId} hears ${users} users`, async () => {
      const streams = await this.heard();
      return (
        streams.filter((stream) => stream.bytesReceived > 500 && stream.totalAudioEnergy > 0).length >= users
      );
    });
  }
}

export function viewOf(userId: string, streamType: number): string {
  return `${userId}-${streamType === STREAM.sub ? 'sub' : 'main'}`;
}
