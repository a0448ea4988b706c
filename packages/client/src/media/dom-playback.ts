import type { LocalTrack } from '../devices/platform.ts';
import type { RemoteTrack } from './engine.ts';
import type {
  AudioSink,
  Playback,
  RawPicture,
  RenderOptions,
  Snapshot,
  VideoSink,
  View,
} from './playback.ts';
import { BlockedAudio } from './blocked-audio.ts';
import { canReadFrames, FrameReader } from './read-frames.ts';
import { Speaker, type Playing } from './speaker.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { VideoLayout } from './video-layout.ts';

type Track = LocalTrack | RemoteTrack;

/** Pictures and sound of a page: one `<video>` per view, beside what the application has there; sound in hidden `<audio>`. */
export function createDomPlayback(): Playback {
  const speaker = new Speaker();
  const blocked = new BlockedAudio();
  const pictures: Pictures = { open: new Set(), visible: true };
  return {
    get readsFrames() {
      return canReadFrames();
    },
    openVideo: (request) => new DomVideoSink(request, pictures),
    openAudio: (request) => openAudio({ blocked, speaker }, request),
    setSpeaker: (deviceId) => speaker.setDevice(deviceId),
    setSpeakerGain: (gain) => speaker.setGain(gain),
    setPicturesVisible: (visible) => {
      pictures.visible = visible;
      for (const sink of pictures.open) sink.applyVisibility();
    },
  };
}

interface Shown {
  readonly element: HTMLVideoElement;
  readonly layout: VideoLayout;
}

/** All that one playback has open, and whether it is to be seen. */
interface Pictures {
  readonly open: Set<DomVideoSink>;
  visible: boolean;
}

class DomVideoSink implements VideoSink {
  /** The element without a view receives and decodes but does not show. */
  readonly #shown = new Map<View | null, Shown>();
  readonly #request: Parameters<Playback['openVideo']>[0];
  readonly #pictures: Pictures;
  #render: RenderOptions;
  #track: Track;
  #reader: FrameReader | null = null;
  /** Of the newest frame, however many elements show it; null before the first one. */
  #size: { readonly width: number; readonly height: number } | null = null;
  #visible = true;
  #state: 'open' | 'closed' = 'open';

  constructor(request: Parameters<Playback['openVideo']>[0], pictures: Pictures) {
    this.#track = request.track;
    this.#render = request.render;
    this.#request = request;
    this.#pictures = pictures;
    pictures.open.add(this);
    this.setViews(request.views);
  }

  setViews(views: readonly View[]): void {
    if (this.#state === 'closed') return;
    const wanted = new Set<View | null>(views.length > 0 ? views : [null]);
    const left = [...this.#shown.keys()].filter((view) => !wanted.has(view));
    for (const view of wanted) {
      if (this.#shown.has(view)) continue;
      // An element that moves keeps its picture, also when nothing arrives; one that leaves the page would stop playing.
      const from = view ? left.shift() : undefined;
      if (from === undefined) this.#show(view);
      else this.#move(from, view);
    }
    for (const view of left) this.#remove(view);
  }

  setRender(options: RenderOptions): void {
    this.#render = options;
    for (const { layout } of this.#shown.values()) layout.apply(options);
  }

  setTrack(track: Track): void {
    if (this.#state === 'closed' || track === this.#track) return;
    this.#track = track;
    this.#reader?.setTrack(track);
    for (const { element } of this.#shown.values()) play(element, track);
  }

  setPaused(paused: boolean): void {
    for (const { element } of this.#shown.values()) {
      if (paused) element.pause();
      // A track that has ended is replaced soon: until then the last picture is better than none.
      else if ((this.#track as MediaStreamTrack).readyState !== 'ended') resume(element);
    }
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.applyVisibility();
  }

  /** As this picture and all pictures are to be seen. */
  applyVisibility(): void {
    const visibility = this.#visible && this.#pictures.visible ? '' : 'hidden';
    for (const { element } of this.#shown.values()) element.style.visibility = visibility;
  }

  snapshot(): Snapshot | null {
    const [first] = this.#shown.values();
    return first ? takeSnapshot(first.element) : null;
  }

  setFrameListener(listener: ((picture: RawPicture) => void) | null): void {
    this.#reader?.close();
    this.#reader = listener && this.#state === 'open' ? new FrameReader(this.#track, listener) : null;
  }

  close(): void {
    this.#state = 'closed';
    this.#pictures.open.delete(this);
    this.setFrameListener(null);
    for (const view of this.#shown.keys()) this.#remove(view);
  }

  #show(view: View | null): void {
    const element = document.createElement('video');
    element.autoplay = true;
    element.playsInline = true;
    // Sound has its own element; a video without sound may always play by itself.
    element.muted = true;
    this.#followSize(element);
    this.#place(element, view);
    this.applyVisibility();
    play(element, this.#track);
  }

  #move(from: View | null, to: View | null): void {
    const shown = this.#shown.get(from);
    this.#shown.delete(from);
    shown?.layout.close();
    if (shown) this.#place(shown.element, to);
  }

  #place(element: HTMLVideoElement, view: View | null): void {
    const layout = new VideoLayout(element, view);
    this.#shown.set(view, { element, layout });
    view?.append(element);
    layout.apply(this.#render);
  }

  #remove(view: View | null): void {
    const shown = this.#shown.get(view);
    this.#shown.delete(view);
    if (!shown) return;
    shown.layout.close();
    discard(shown.element);
  }

  #followSize(element: HTMLVideoElement): void {
    const look = (): void => {
      const { videoWidth: width, videoHeight: height } = element;
      const before = this.#size;
      if (this.#state === 'closed' || width === 0) return;
      if (before?.width === width && before.height === height) return;
      this.#size = { width, height };
      if (before) this.#request.onResized?.(width, height);
      else this.#request.onFirstFrame(width, height);
    };
    if (!this.#size && 'requestVideoFrameCallback' in element) element.requestVideoFrameCallback(look);
    // Covers browsers without frame callbacks and pages in the background, where these do not run.
    element.addEventListener('loadeddata', look);
    element.addEventListener('resize', look);
  }
}

function openAudio(
  { blocked, speaker }: { blocked: BlockedAudio; speaker: Speaker },
  request: Parameters<Playback['openAudio']>[0],
): AudioSink {
  const element = document.createElement('audio');
  element.autoplay = true;
  element.hidden = true;
  let volume = toVolume(request.volume);
  let gain = 1;
  const apply = (): void => {
    element.volume = volume * gain;
  };
  const playing: Playing = {
    sink: element,
    setGain: (next) => {
      gain = next;
      apply();
    },
  };
  element.srcObject = new MediaStream([request.track as MediaStreamTrack]);
  document.body.append(element);
  speaker.add(playing);
  element.play().catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'NotAllowedError' || !element.isConnected) return;
    blocked.add(element);
    request.onBlocked(() => element.play());
  });
  return {
    setVolume: (next) => {
      volume = toVolume(next);
      apply();
    },
    close: () => {
      blocked.delete(element);
      speaker.delete(playing);
      discard(element);
    },
  };
}

/** Elements cannot amplify: what is over 100 counts as 100. */
function toVolume(volume: number): number {
  return Math.min(100, Math.max(0, volume)) / 100;
}

function play(element: HTMLMediaElement, track: Track): void {
  element.srcObject = new MediaStream([track as MediaStreamTrack]);
  resume(element);
}

function resume(element: HTMLMediaElement): void {
  // Rejects when the element is discarded before it plays, or when the browser waits for the page to show.
  element.play().catch(() => undefined);
}

function discard(element: HTMLMediaElement): void {
  element.srcObject = null;
  element.remove();
}
