import type { LocalTrack } from '../devices/platform.ts';
import type { PictureSwitcher, SwitcherOptions } from './switcher.ts';

/** An image that can be drawn. Pixels. */
export interface Still {
  readonly width: number;
  readonly height: number;
}

/** Where an image comes from: a file that the page can load, or its pixels, four bytes each: red, green, blue, alpha. */
export type StillSource =
  | { readonly kind: 'file'; readonly url: string }
  | {
      readonly kind: 'pixels';
      readonly rgba: Uint8ClampedArray<ArrayBuffer>;
      readonly width: number;
      readonly height: number;
    };

/** Where a watermark lies and how wide it is: parts, 0 to 1, of the picture's size, from its top left corner. */
export interface WatermarkPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** What the others see. The watermark stands upright and readable on top of what is turned and mirrored. */
export type Composition =
  | {
      readonly kind: 'capture';
      readonly upsideDown: boolean;
      readonly mirrored: boolean;
      readonly watermark: { readonly still: Still; readonly place: WatermarkPlace } | null;
    }
  /** An image in place of what is captured, as large as it fits, on black. */
  | { readonly kind: 'still'; readonly still: Still };

/** Draws a captured picture anew, in its own size. */
export interface Compositor {
  /** What is drawn: a track that lives as long as the compositor. */
  readonly output: LocalTrack;
  /** Holds from this call on: nothing is drawn as it was before. `fps`: frames a second. */
  show(composition: Composition, fps: number): void;
  /** Ends the output and gives everything back; the captured track is left alone. Idempotent. */
  close(): void;
}

/** The only door to drawing on a page. */
export interface PicturePlatform {
  /** Throws if the platform cannot draw pictures into a track. */
  compose(capture: LocalTrack): Compositor;
  /** Throws if the platform cannot draw pictures into a track. */
  openSwitcher(options: SwitcherOptions): PictureSwitcher;
  /** Rejects if it is no image, or none that this page may read. */
  load(source: StillSource): Promise<Still>;
}
