import type { LocalTrack } from '../devices/platform.ts';
import type {
  Composition,
  Compositor,
  PicturePlatform,
  Still,
  StillSource,
  WatermarkPlace,
} from './compositor.ts';

export interface OutgoingPictureTools {
  readonly platform: PicturePlatform;
  /** Frames a second in which the picture is sent. */
  fps(): number;
  /** What goes out may be another track now. */
  onChanged(): void;
  /** The platform cannot draw: the picture goes out as it is captured. Once. */
  onUnsupported(): void;
}

interface Substitute {
  readonly still: Still;
  readonly fps: number;
}

/**
 * One of the user's outgoing pictures: the captured track itself while nothing is done to it, otherwise what a compositor
 * draws of it. What is set here survives stays.
 */
export class OutgoingPicture {
  readonly #tools: OutgoingPictureTools;
  #capture: LocalTrack | null = null;
  #compositor: Compositor | null = null;
  #upsideDown = false;
  #mirrored = false;
  #watermark: { readonly still: Still; readonly place: WatermarkPlace } | null = null;
  #substitute: Substitute | null = null;
  #muted = false;
  /** How often each was asked for: the newest counts, however long an older one takes to load. */
  readonly #asked = { watermark: 0, substitute: 0 };
  #state: 'open' | 'leaving' | 'unsupported' | 'closed' = 'open';

  constructor(tools: OutgoingPictureTools) {
    this.#tools = tools;
  }

  /** What is captured, null for nothing; also when something about it has changed. */
  setCapture(track: LocalTrack | null): void {
    if (this.#capture !== track) this.#closeCompositor();
    this.#capture = track;
    this.#apply();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#apply();
  }

  setMirrored(mirrored: boolean): void {
    this.#mirrored = mirrored;
    this.#update();
  }

  setUpsideDown(upsideDown: boolean): void {
    this.#upsideDown = upsideDown;
    this.#update();
  }

  /** Null removes it. Rejects, and changes nothing, if the image cannot be loaded. */
  async setWatermark(wanted: { source: StillSource; place: WatermarkPlace } | null): Promise<void> {
    if (this.#state === 'closed') return;
    const asked = ++this.#asked.watermark;
    const still = wanted && (await this.#tools.platform.load(wanted.source));
    if (asked !== this.#asked.watermark) return;
    this.#watermark = wanted && still && { still, place: wanted.place };
    this.#update();
  }

  /** What is sent while the picture is muted; null for nothing. Rejects, and changes nothing, if it cannot be loaded. */
  async setSubstitute(wanted: { source: StillSource; fps: number } | null): Promise<void> {
    if (this.#state === 'closed') return;
    const asked = ++this.#asked.substitute;
    const still = wanted && (await this.#tools.platform.load(wanted.source));
    if (asked !== this.#asked.substitute) return;
    this.#substitute = wanted && still && { still, fps: wanted.fps };
    this.#update();
  }

  /** What is to be sent; null for nothing. */
  outgoing(): LocalTrack | null {
    return this.#compositor?.output ?? this.#capture;
  }

  /** The picture is muted, and something else is sent in its place. */
  get substituted(): boolean {
    return this.#muted && this.#compositor !== null;
  }

  /** Nothing is drawn before {@link reopen}. */
  release(): void {
    if (this.#state === 'open') this.#state = 'leaving';
    this.setCapture(null);
  }

  /** The room has been left. */
  reopen(): void {
    if (this.#state === 'leaving') this.#state = 'open';
  }

  /** Final. */
  close(): void {
    this.release();
    this.#state = 'closed';
  }

  #update(): void {
    this.#apply();
    this.#tools.onChanged();
  }

  #apply(): void {
    const composition = this.#composition();
    if (!composition) {
      this.#closeCompositor();
      return;
    }
    const { fps } = composition.kind === 'still' ? composition : { fps: this.#tools.fps() };
    this.#openCompositor()?.show(composition, fps);
  }

  /** Null while what is captured may go out as it is, or nothing goes out. */
  #composition(): (Composition & { kind: 'capture' }) | ({ kind: 'still' } & Substitute) | null {
    if (!this.#capture) return null;
    if (this.#muted) return this.#substitute && { kind: 'still', ...this.#substitute };
    const [upsideDown, mirrored, watermark] = [this.#upsideDown, this.#mirrored, this.#watermark];
    return upsideDown || mirrored || watermark ? { kind: 'capture', upsideDown, mirrored, watermark } : null;
  }

  #openCompositor(): Compositor | null {
    if (this.#compositor || this.#state !== 'open' || !this.#capture) return this.#compositor;
    try {
      this.#compositor = this.#tools.platform.compose(this.#capture);
    } catch {
      this.#state = 'unsupported';
      this.#tools.onUnsupported();
    }
    return this.#compositor;
  }

  #closeCompositor(): void {
    this.#compositor?.close();
    this.#compositor = null;
  }
}
