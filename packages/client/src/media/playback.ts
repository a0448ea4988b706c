import type { LocalTrack } from '../devices/platform.ts';
import type { RemoteTrack } from './engine.ts';

/** Where a picture is shown: an element of the application, never one of ours. */
export type View = HTMLElement;

export interface RenderOptions {
  readonly fit: 'contain' | 'cover' | 'fill';
  readonly mirror: boolean;
  /** Clockwise, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270;
}

/** One frame of a picture. */
export interface Snapshot {
  /** PNG as a data URL. */
  readonly data: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** One frame of a picture, pixel by pixel, as it came. */
export interface RawPicture {
  /** Four bytes for each pixel: red, green, blue, opacity. Who gets it may write into it. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Milliseconds since the page was opened. */
  readonly timestamp: number;
}

/** One picture on any number of views. */
export interface VideoSink {
  setViews(views: readonly View[]): void;
  setRender(options: RenderOptions): void;
  setTrack(track: LocalTrack | RemoteTrack): void;
  /** The last picture stays, whatever becomes of its track, until another one is set or this is taken back. */
  setPaused(paused: boolean): void;
  /** Whether it is to be seen; its place in the views stays. At first it is. */
  setVisible(visible: boolean): void;
  /** The frame of now, as it came, whatever the render options; null before the first one. */
  snapshot(): Snapshot | null;
  /** Is told every frame from now on that can be read in time, until this is closed, whatever the views are; null for no longer. */
  setFrameListener(listener: ((picture: RawPicture) => void) | null): void;
  /** Removes what was put into the views. Idempotent. */
  close(): void;
}

export interface AudioSink {
  /** 0 to 100. */
  setVolume(volume: number): void;
  close(): void;
}

/** Shows and plays tracks. The only door to elements of a page. */
export interface Playback {
  /** Whether frames can be listened to. */
  readonly readsFrames: boolean;
  /** With no view the picture is received and decoded but not shown. */
  openVideo(request: {
    readonly track: LocalTrack | RemoteTrack;
    readonly views: readonly View[];
    readonly render: RenderOptions;
    /** Once, when the first picture is there. Pixels. */
    onFirstFrame(width: number, height: number): void;
    /** The picture comes in another size from now on. Pixels. */
    onResized?(width: number, height: number): void;
  }): VideoSink;
  openAudio(request: {
    readonly track: RemoteTrack;
    readonly volume: number;
    /** The browser wants a user's gesture first. Playing goes on by itself after one; `resume` tries at once. */
    onBlocked(resume: () => Promise<void>): void;
  }): AudioSink;
  /**
   * Plays all sound there from now on, also what is playing already; the empty id is the system's default speaker. Rejects with
   * a DOMException, and all goes on where it was: `NotFoundError`, or `NotSupportedError` if this platform cannot choose.
   */
  setSpeaker(deviceId: string): Promise<void>;
  /** 0 to 1, on top of the volume of each sound. */
  setSpeakerGain(gain: number): void;
  /** Whether pictures are to be seen at all, on top of `setVisible` of each, also of those that are opened later. At first they are. */
  setPicturesVisible(visible: boolean): void;
}
