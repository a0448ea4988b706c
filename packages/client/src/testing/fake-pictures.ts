import type { LocalTrack } from '../devices/platform.ts';
import type { PictureSwitcher, SwitcherOptions } from '../picture/switcher.ts';
import type { Composition, Compositor, PicturePlatform, Still, StillSource } from '../picture/compositor.ts';
import { FakeTrack } from './fake-devices.ts';
import type { Gates } from './gates.ts';

/** A compositor without a canvas: what it shows can be looked at. */
export class FakeCompositor implements Compositor {
  readonly output: FakeTrack;
  readonly captureId: string;
  shown: { readonly composition: Composition; readonly fps: number } | null = null;

  constructor(id: string, capture: LocalTrack) {
    this.output = new FakeTrack(id, 'video');
    this.captureId = capture.id;
  }

  show(composition: Composition, fps: number): void {
    this.shown = { composition, fps };
  }

  close(): void {
    this.output.stop();
  }
}

/** A switcher without a canvas: which track it shows can be looked at. */
export class FakeSwitcher implements PictureSwitcher {
  readonly output: FakeTrack;
  readonly options: SwitcherOptions;
  /** Null: black. */
  shown: LocalTrack | null = null;

  constructor(id: string, options: SwitcherOptions) {
    this.output = new FakeTrack(id, 'video');
    this.options = options;
  }

  show(track: LocalTrack | null): void {
    this.shown = track;
  }

  close(): void {
    this.output.stop();
  }
}

/** An image that remembers where it came from. */
export interface FakeStill extends Still {
  readonly source: StillSource;
}

/** Makes fake compositors and remembers them. */
export class FakePictures implements PicturePlatform {
  readonly compositors: FakeCompositor[] = [];
  readonly switchers: FakeSwitcher[] = [];
  /** Whether this platform can draw. */
  state: 'works' | 'unsupported' = 'works';
  /** Addresses at which there is no image. */
  readonly missing = new Set<string>();
  readonly #gates: Gates;

  constructor(gates: Gates) {
    this.#gates = gates;
  }

  get open(): readonly FakeCompositor[] {
    return this.compositors.filter(({ output }) => output.readyState === 'live');
  }

  /** Tracks that are being drawn. */
  get drawn(): number {
    return [...this.compositors, ...this.switchers].filter(({ output }) => output.readyState === 'live')
      .length;
  }

  compose(capture: LocalTrack): Compositor {
    if (this.state === 'unsupported') throw new DOMException('fake failure', 'NotSupportedError');
    const compositor = new FakeCompositor(`drawn-${this.compositors.length}`, capture);
    this.compositors.push(compositor);
    return compositor;
  }

  openSwitcher(options: SwitcherOptions): PictureSwitcher {
    if (this.state === 'unsupported') throw new DOMException('fake failure', 'NotSupportedError');
    const switcher = new FakeSwitcher(`recorded-${this.switchers.length}`, options);
    this.switchers.push(switcher);
    return switcher;
  }

  async load(source: StillSource): Promise<FakeStill> {
    const name = source.kind === 'file' ? source.url : 'pixels';
    await this.#gates.pass(`load image ${name}`);
    if (this.missing.has(name)) throw new DOMException('fake failure', 'EncodingError');
    return { width: 100, height: 50, source };
  }
}
