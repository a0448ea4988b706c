import type { LocalTrack } from '../devices/platform.ts';
import type { RemoteTrack } from './engine.ts';
import type { AudioSink, Playback, RenderOptions, VideoSink, View } from './playback.ts';
import { BlockedAudio } from './blocked-audio.ts';

type Track = LocalTrack | RemoteTrack;

/** Pictures and sound of a page: one `<video>` per view, beside what the application has there; sound in hidden `<audio>`. */
export function createDomPlayback(): Playback {
  const blocked = new BlockedAudio();
  return {
    openVideo: (request) => new DomVideoSink(request),
    openAudio: (request) => openAudio(blocked, request),
  };
}

class DomVideoSink implements VideoSink {
  /** The element without a view receives and decodes but does not show. */
  readonly #elements = new Map<View | null, HTMLVideoElement>();
  readonly #onFirstFrame: (width: number, height: number) => void;
  #render: RenderOptions;
  #track: Track;
  #state: 'waiting' | 'shown' | 'closed' = 'waiting';

  constructor(request: Parameters<Playback['openVideo']>[0]) {
    this.#track = request.track;
    this.#render = request.render;
    this.#onFirstFrame = request.onFirstFrame.bind(request);
    this.setViews(request.views);
  }

  setViews(views: readonly View[]): void {
    if (this.#state === 'closed') return;
    const wanted = new Set<View | null>(views.length > 0 ? views : [null]);
    for (const [view, element] of this.#elements) {
      if (wanted.has(view)) continue;
      discard(element);
      this.#elements.delete(view);
    }
    for (const view of wanted) if (!this.#elements.has(view)) this.#show(view);
  }

  setRender(options: RenderOptions): void {
    this.#render = options;
    for (const element of this.#elements.values()) style(element, options);
  }

  setTrack(track: Track): void {
    if (this.#state === 'closed' || track === this.#track) return;
    this.#track = track;
    for (const element of this.#elements.values()) play(element, track);
  }

  close(): void {
    this.#state = 'closed';
    for (const element of this.#elements.values()) discard(element);
    this.#elements.clear();
  }

  #show(view: View | null): void {
    const element = document.createElement('video');
    element.autoplay = true;
    element.playsInline = true;
    // Sound has its own element; a video without sound may always play by itself.
    element.muted = true;
    style(element, this.#render);
    this.#elements.set(view, element);
    if (this.#state === 'waiting') this.#awaitFirstFrame(element);
    view?.append(element);
    play(element, this.#track);
  }

  #awaitFirstFrame(element: HTMLVideoElement): void {
    const first = (): void => {
      if (this.#state !== 'waiting' || element.videoWidth === 0) return;
      this.#state = 'shown';
      this.#onFirstFrame(element.videoWidth, element.videoHeight);
    };
    if ('requestVideoFrameCallback' in element) element.requestVideoFrameCallback(first);
    // Covers browsers without frame callbacks and pages in the background, where these do not run.
    element.addEventListener('loadeddata', first);
    element.addEventListener('resize', first);
  }
}

function openAudio(blocked: BlockedAudio, request: Parameters<Playback['openAudio']>[0]): AudioSink {
  const element = document.createElement('audio');
  element.autoplay = true;
  element.hidden = true;
  element.volume = toVolume(request.volume);
  element.srcObject = new MediaStream([request.track as MediaStreamTrack]);
  document.body.append(element);
  element.play().catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'NotAllowedError' || !element.isConnected) return;
    blocked.add(element);
    request.onBlocked(() => element.play());
  });
  return {
    setVolume: (volume) => {
      element.volume = toVolume(volume);
    },
    close: () => {
      blocked.delete(element);
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
  // Rejects when the element is discarded before it plays, or when the browser waits for the page to show.
  element.play().catch(() => undefined);
}

function discard(element: HTMLMediaElement): void {
  element.srcObject = null;
  element.remove();
}

function style(element: HTMLVideoElement, { fit, mirror, rotation }: RenderOptions): void {
  const transforms = [mirror ? 'scaleX(-1)' : '', rotation ? `rotate(${rotation}deg)` : ''];
  Object.assign(element.style, {
    width: '100%',
    height: '100%',
    objectFit: fit,
    transform: transforms.filter(Boolean).join(' '),
  });
}
