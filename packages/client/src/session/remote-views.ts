import type { Layer } from '@rotunda/protocol';
import type { RemoteTrack } from '../media/engine.ts';
import type { Playback, RawPicture, RenderOptions, Snapshot, VideoSink, View } from '../media/playback.ts';

export type VideoSource = 'video' | 'sub';

/** One picture of somebody else. */
export interface RemotePicture {
  readonly userId: string;
  readonly source: VideoSource;
  readonly layer: Layer;
}

/** Is told frames of a user's pictures. */
export type FrameListener = (stream: RemotePicture, picture: RawPicture) => void;

export interface RemoteViewsTools {
  readonly playback: Playback;
  /** Receive that layer of the user's stream; null for no longer. */
  want(userId: string, source: VideoSource, layer: Layer | null): void;
  /** Somebody's pictures are paused from now on, asked for or not. */
  onPaused(): void;
  /** A user's camera, or with null everybody's, is not asked for any more, whether or not it was. */
  onStopped(userId: string | null): void;
  onFirstFrame(stream: RemotePicture, size: { width: number; height: number }): void;
  /** Also when another layer comes. */
  onResized(stream: RemotePicture, size: { width: number; height: number }): void;
}

interface Shown {
  readonly userId: string;
  readonly source: VideoSource;
  layer: Layer;
  views: readonly View[];
  track: RemoteTrack | null;
  sink: VideoSink | null;
}

/** Which pictures of others are shown, and where. What is asked for before its stream is there is shown as soon as it comes. */
export class RemoteViews {
  readonly #tools: RemoteViewsTools;
  readonly #shown = new Map<string, Shown>();
  /** Whose last picture stays until it is received anew. */
  readonly #held = new Set<Shown>();
  readonly #frameListeners = new Map<string, FrameListener>();
  readonly #renders = new Map<string, RenderOptions>();
  /** Which layer of whose camera was asked for by {@link setLayer}. */
  readonly #layers = new Map<string, Layer>();
  /** The application's own word about a stream, which goes before {@link #allPaused}. */
  readonly #paused = new Map<string, boolean>();
  readonly #defaults: Record<VideoSource, RenderOptions>;
  #allPaused = false;

  constructor(tools: RemoteViewsTools, defaults: Record<VideoSource, RenderOptions>) {
    this.#tools = tools;
    this.#defaults = defaults;
  }

  start(stream: { userId: string; source: VideoSource; layer: Layer }, views: readonly View[]): void {
    const { userId, source, layer } = stream;
    const key = keyOf(userId, source);
    const shown = this.#shown.get(key);
    if (shown) {
      shown.layer = layer;
      shown.views = views;
      shown.sink?.setViews(views);
    } else {
      this.#shown.set(key, { userId, source, layer, views, track: null, sink: null });
    }
    if (!this.#isPaused(key)) this.#tools.want(userId, source, layer);
  }

  setViews(userId: string, source: VideoSource, views: readonly View[]): void {
    const shown = this.#shown.get(keyOf(userId, source));
    if (!shown) return;
    shown.views = views;
    shown.sink?.setViews(views);
  }

  /** Counts for the camera that is shown, and is remembered until that user or oneself leaves; see {@link layerOf}. */
  setLayer(userId: string, layer: Layer): void {
    this.#layers.set(userId, layer);
    const key = keyOf(userId, 'video');
    const shown = this.#shown.get(key);
    if (!shown || shown.layer === layer) return;
    shown.layer = layer;
    if (!this.#isPaused(key)) this.#tools.want(userId, 'video', layer);
  }

  /** What {@link setLayer} said last; null if nothing. */
  layerOf(userId: string): Layer | null {
    return this.#layers.get(userId) ?? null;
  }

  setRender(userId: string, source: VideoSource, render: RenderOptions): void {
    const key = keyOf(userId, source);
    this.#renders.set(key, render);
    this.#shown.get(key)?.sink?.setRender(render);
  }

  renderOf(userId: string, source: VideoSource): RenderOptions {
    return this.#renders.get(keyOf(userId, source)) ?? this.#defaults[source];
  }

  /** Stops receiving, also what is asked for later, until the user or oneself leaves; the last picture stays until its stream ends. */
  pause(userId: string, source: VideoSource, paused: boolean): void {
    const key = keyOf(userId, source);
    this.#paused.set(key, paused);
    const shown = this.#shown.get(key);
    if (shown) this.#receive(shown);
    if (paused) this.#tools.onPaused();
  }

  /** The same for everybody, also who comes later; in place of what was said about single streams. */
  pauseAll(paused: boolean): void {
    this.#allPaused = paused;
    this.#paused.clear();
    for (const shown of this.#shown.values()) this.#receive(shown);
    if (paused) this.#tools.onPaused();
  }

  stop(userId: string, source: VideoSource): void {
    if (source === 'video') this.#tools.onStopped(userId);
    const key = keyOf(userId, source);
    const shown = this.#shown.get(key);
    if (!shown) return;
    this.#shown.delete(key);
    this.#drop(shown);
    this.#tools.want(userId, source, null);
  }

  stopAll(): void {
    this.#tools.onStopped(null);
    for (const { userId, source } of this.#shown.values()) this.stop(userId, source);
  }

  /** Whether frames can be listened to. */
  get readsFrames(): boolean {
    return this.#tools.playback.readsFrames;
  }

  /** Is told a user's pictures that are received, also those that come later, until one of the two leaves; null for no longer. */
  setFrameListener(userId: string, listener: FrameListener | null): void {
    if (listener) this.#frameListeners.set(userId, listener);
    else this.#frameListeners.delete(userId);
    for (const shown of this.#shown.values()) if (shown.userId === userId) this.#listen(shown);
  }

  userLeft(userId: string): void {
    this.#frameListeners.delete(userId);
    this.#layers.delete(userId);
    this.stop(userId, 'video');
    this.stop(userId, 'sub');
    for (const key of [keyOf(userId, 'video'), keyOf(userId, 'sub')]) {
      this.#renders.delete(key);
      this.#paused.delete(key);
    }
  }

  onTrack(userId: string, source: VideoSource, track: RemoteTrack): void {
    const shown = this.#shown.get(keyOf(userId, source));
    if (!shown) return;
    shown.track = track;
    if (shown.sink) {
      shown.sink.setTrack(track);
      if (this.#held.delete(shown)) shown.sink.setPaused(this.#isPaused(keyOf(userId, source)));
      return;
    }
    const tell = (how: 'onFirstFrame' | 'onResized', width: number, height: number): void => {
      if (this.#shown.get(keyOf(userId, source)) !== shown) return;
      this.#tools[how]({ userId, source, layer: shown.layer }, { width, height });
    };
    shown.sink = this.#tools.playback.openVideo({
      track,
      views: shown.views,
      render: this.renderOf(userId, source),
      onFirstFrame: (width, height) => tell('onFirstFrame', width, height),
      onResized: (width, height) => tell('onResized', width, height),
    });
    this.#listen(shown);
  }

  /** A picture is about to be received anew: if it is shown, it stays until then. */
  hold(userId: string, source: VideoSource): void {
    const shown = this.#shown.get(keyOf(userId, source));
    if (!shown?.sink) return;
    this.#held.add(shown);
    shown.sink.setPaused(true);
  }

  /** The picture goes, unless it is only paused or held. A stream that comes back is shown again. */
  onTrackGone(userId: string, source: VideoSource): void {
    const key = keyOf(userId, source);
    const shown = this.#shown.get(key);
    if (!shown) return;
    shown.track = null;
    if (!this.#held.has(shown) && !this.#isPaused(key)) this.#drop(shown);
  }

  /** A picture is not received after all: the last one does not stay. What else fails of one that is received changes nothing. */
  onFailed(userId: string, source: VideoSource): void {
    const shown = this.#shown.get(keyOf(userId, source));
    if (shown?.track === null) this.#drop(shown);
  }

  /** A stream is muted at its sender, or no longer: nobody is to take its last picture for one of now. */
  onAvailable(userId: string, source: VideoSource, available: boolean): void {
    this.#shown.get(keyOf(userId, source))?.sink?.setVisible(available);
  }

  /** There is no such picture any more, so that none stays, paused or not. */
  onStreamEnded(userId: string, source: VideoSource): void {
    const shown = this.#shown.get(keyOf(userId, source));
    if (shown) this.#drop(shown);
  }

  /** The frame of now; null if there is no picture. */
  snapshot(userId: string, source: VideoSource): Snapshot | null {
    return this.#shown.get(keyOf(userId, source))?.sink?.snapshot() ?? null;
  }

  /** A stay begins: what was asked for before is wanted from it. */
  begin(): void {
    for (const shown of this.#shown.values()) this.#receive(shown);
  }

  /** Whether a camera is neither asked for nor to be held back. */
  mayReceiveAhead(userId: string): boolean {
    const key = keyOf(userId, 'video');
    return !this.#shown.has(key) && !this.#isPaused(key);
  }

  /** The stay goes on elsewhere: nothing is left of those who were in the old room. What holds for everybody goes on. */
  changeRoom(left: readonly string[]): void {
    for (const userId of left) this.userLeft(userId);
    this.begin();
  }

  /** The stay is over. */
  reset(): void {
    for (const { sink } of this.#shown.values()) sink?.close();
    this.#shown.clear();
    this.#held.clear();
    this.#frameListeners.clear();
    this.#renders.clear();
    this.#layers.clear();
    this.#paused.clear();
    this.#allPaused = false;
  }

  #receive({ userId, source, layer, sink }: Shown): void {
    const paused = this.#isPaused(keyOf(userId, source));
    sink?.setPaused(paused);
    this.#tools.want(userId, source, paused ? null : layer);
  }

  #drop(shown: Shown): void {
    this.#held.delete(shown);
    shown.track = null;
    shown.sink?.close();
    shown.sink = null;
  }

  #listen(shown: Shown): void {
    const listener = this.#frameListeners.get(shown.userId);
    shown.sink?.setFrameListener(listener ? (picture) => listener(shown, picture) : null);
  }

  #isPaused(key: string): boolean {
    return this.#paused.get(key) ?? this.#allPaused;
  }
}

function keyOf(userId: string, source: VideoSource): string {
  return `${source}/${userId}`;
}
