import type { LocalTrack } from '../devices/platform.ts';
import type { Playback, RawPicture, RenderOptions, Snapshot, VideoSink, View } from '../media/playback.ts';
import type { LocalSettings } from './local-settings.ts';
import type { VideoSource } from './remote-views.ts';

export interface PreviewTools {
  readonly playback: Playback;
  readonly settings: LocalSettings;
  /** Once for each picture that is opened. Pixels. */
  onFirstFrame(source: VideoSource, width: number, height: number): void;
}

/** Is told frames of what is captured. */
export type OwnFrameListener = (source: VideoSource, picture: RawPicture) => void;

/** Where users see themselves, and what they share. */
export class Previews {
  readonly #tools: PreviewTools;
  readonly #views: Record<VideoSource, readonly View[]> = { video: [], sub: [] };
  readonly #sinks = new Map<VideoSource, VideoSink>();
  #frameListener: OwnFrameListener | null = null;

  constructor(tools: PreviewTools) {
    this.#tools = tools;
  }

  /** Also counts for what is opened later. */
  setViews(source: VideoSource, views: readonly View[]): void {
    this.#views[source] = views;
    this.#sinks.get(source)?.setViews(views);
  }

  setRender(source: VideoSource, render: RenderOptions): void {
    this.#sinks.get(source)?.setRender(render);
  }

  snapshot(source: VideoSource): Snapshot | null {
    return this.#sinks.get(source)?.snapshot() ?? null;
  }

  /** Also counts for what is opened later. */
  setFrameListener(listener: OwnFrameListener | null): void {
    this.#frameListener = listener;
    for (const [source, sink] of this.#sinks) this.#listen(source, sink);
  }

  open(source: VideoSource, track: LocalTrack): void {
    this.close(source);
    const sink = this.#tools.playback.openVideo({
      track,
      views: this.#views[source],
      render: this.#tools.settings.render[source],
      onFirstFrame: (width, height) => {
        if (this.#sinks.get(source) === sink) this.#tools.onFirstFrame(source, width, height);
      },
    });
    this.#sinks.set(source, sink);
    this.#listen(source, sink);
  }

  /** Another track takes the place of the one before. */
  setTrack(source: VideoSource, track: LocalTrack): void {
    this.#sinks.get(source)?.setTrack(track);
  }

  /** The views are kept for what is opened next. */
  close(source: VideoSource): void {
    this.#sinks.get(source)?.close();
    this.#sinks.delete(source);
  }

  #listen(source: VideoSource, sink: VideoSink): void {
    const listener = this.#frameListener;
    sink.setFrameListener(listener && ((picture) => listener(source, picture)));
  }
}
