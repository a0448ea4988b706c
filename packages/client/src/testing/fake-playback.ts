import type {
  AudioSink,
  Playback,
  RawPicture,
  RenderOptions,
  Snapshot,
  VideoSink,
  View,
} from '../media/playback.ts';

/** A picture that is shown nowhere. */
export interface FakePicture {
  trackId: string;
  views: readonly View[];
  render: RenderOptions;
  paused: boolean;
  visible: boolean;
  /** The frame of now. */
  snapshot: Snapshot | null;
  /** Who is told its frames. */
  frames: ((picture: RawPicture) => void) | null;
  /** Pretends that the first picture arrived. */
  firstFrame(width: number, height: number): void;
  /** Pretends that it comes in another size. */
  resize(width: number, height: number): void;
}

/** Remembers what is shown and played. */
export class FakePlayback implements Playback {
  readsFrames = true;
  readonly pictures = new Set<FakePicture>();
  readonly sounds = new Map<string, number>();
  /** Where it plays. */
  speaker = '';
  /** Whether pictures are to be seen at all. */
  picturesVisible = true;
  /** How loud at most, 0 to 1. */
  speakerGain = 1;
  /** DOMException name with which no speaker can be chosen. */
  failWith: string | null = null;
  /** Whether sound waits for a gesture. */
  waitsForGesture = false;

  openVideo(request: Parameters<Playback['openVideo']>[0]): VideoSink {
    const picture: FakePicture = {
      trackId: request.track.id,
      views: request.views,
      render: request.render,
      paused: false,
      visible: true,
      snapshot: null,
      frames: null,
      firstFrame: (width, height) => request.onFirstFrame(width, height),
      resize: (width, height) => request.onResized?.(width, height),
    };
    this.pictures.add(picture);
    return {
      setViews: (views) => {
        picture.views = views;
      },
      setRender: (render) => {
        picture.render = render;
      },
      setTrack: ({ id }) => {
        picture.trackId = id;
      },
      setPaused: (paused) => {
        picture.paused = paused;
      },
      setVisible: (visible) => {
        picture.visible = visible;
      },
      snapshot: () => picture.snapshot,
      setFrameListener: (listener) => {
        picture.frames = listener;
      },
      close: () => {
        picture.frames = null;
        this.pictures.delete(picture);
      },
    };
  }

  openAudio(request: Parameters<Playback['openAudio']>[0]): AudioSink {
    const { track, volume } = request;
    this.sounds.set(track.id, volume);
    if (this.waitsForGesture) queueMicrotask(() => request.onBlocked(() => Promise.resolve()));
    return {
      setVolume: (next) => void this.sounds.set(track.id, next),
      close: () => void this.sounds.delete(track.id),
    };
  }
  setSpeaker(deviceId: string): Promise<void> {
    if (this.failWith) return Promise.reject(new DOMException('fake failure', this.failWith));
    this.speaker = deviceId;
    return Promise.resolve();
  }

  setPicturesVisible(visible: boolean): void {
    this.picturesVisible = visible;
  }

  setSpeakerGain(gain: number): void {
    this.speakerGain = gain;
  }
}
