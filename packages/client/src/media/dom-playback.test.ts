// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDomPlayback } from './dom-playback.ts';
import type { AudioSink, Playback } from './playback.ts';

const RENDER = { fit: 'contain', mirror: false, rotation: 0 } as const;
const track = { id: 't', kind: 'video' };

function setUp() {
  vi.stubGlobal('MediaStream', vi.fn());
  const sources = new WeakMap<object, unknown>();
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    get(this: object) {
      return sources.get(this) ?? null;
    },
    set(this: object, value: unknown) {
      sources.set(this, value);
    },
  });
  const play = vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue(undefined);
  const view = document.createElement('div');
  view.innerHTML = '<span>name</span>';
  document.body.append(view);
  return { play, view, playback: createDomPlayback() };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  document.body.innerHTML = '';
});

describe('pictures', () => {
  it('are appended beside what the application has in its view, and only they are removed', () => {
    const { playback, view } = setUp();
    const sink = playback.openVideo({ track, views: [view], render: RENDER, onFirstFrame: () => undefined });
    const video = view.querySelector('video');
    expect(video?.autoplay).toBe(true);
    expect(video?.muted).toBe(true);
    expect(video?.style.objectFit).toBe('contain');
    expect(view.children).toHaveLength(2);
    sink.close();
    sink.close();
    expect(view.innerHTML).toBe('<span>name</span>');
    expect(video?.srcObject).toBeNull();
  });

  it('are hidden all together, later ones too, and shown again but for what is hidden by itself', () => {
    const { playback, view } = setUp();
    const open = () =>
      playback.openVideo({ track, views: [view], render: RENDER, onFirstFrame: () => undefined });
    const seen = () => [...view.querySelectorAll('video')].map(({ style }) => style.visibility);
    const first = open();
    open();
    playback.setPicturesVisible(false);
    open();
    expect(seen()).toEqual(['hidden', 'hidden', 'hidden']);
    first.setVisible(false);
    playback.setPicturesVisible(true);
    expect(seen()).toEqual(['hidden', '', '']);
    playback.setPicturesVisible(false);
    first.setVisible(true);
    expect(seen()).toEqual(['hidden', 'hidden', 'hidden']);
    playback.setPicturesVisible(true);
    expect(seen()).toEqual(['', '', '']);
  });

  it('move to other views and change how they are shown', () => {
    const { playback, view } = setUp();
    const other = document.createElement('div');
    const sink = playback.openVideo({ track, views: [view], render: RENDER, onFirstFrame: () => undefined });
    const element = view.querySelector('video');
    sink.setViews([other]);
    expect(other.querySelector('video'), 'it is the same element').toBe(element);
    sink.setViews([other, view]);
    sink.setRender({ fit: 'cover', mirror: true, rotation: 90 });
    expect(view.querySelectorAll('video')).toHaveLength(1);
    expect(other.querySelector('video')?.style.transform).toBe('scaleX(-1) rotate(90deg)');
    sink.setViews([]);
    expect(view.querySelector('video')).toBeNull();
  });

  it('are read frame by frame while there is a listener, in their size, whatever track and views they have', () => {
    const { playback, view } = setUp();
    const arrivals: (() => void)[] = [];
    const Video = HTMLVideoElement.prototype;
    expect(playback.readsFrames).toBe(false);
    const supported = {
      requestVideoFrameCallback: (come: () => void) => arrivals.push(come),
      videoWidth: 4,
      videoHeight: 2,
    };
    Object.assign(Video, supported);
    const canvas = document.createElement('canvas');
    const drawImage = vi.fn();
    const getImageData = vi.fn((...[, , width = 0, height = 0]: number[]) => ({
      data: new Uint8ClampedArray(width * height * 4),
    }));
    const context = { canvas, drawImage, getImageData };
    vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
    try {
      expect(playback.readsFrames).toBe(true);
      const sink = playback.openVideo({ track, views: [], render: RENDER, onFirstFrame: () => undefined });
      arrivals.length = 0;
      const sizes: unknown[] = [];
      sink.setFrameListener(({ width, height, rgba }) => {
        expect(arrivals, 'none is asked for before the listener is done').toEqual([]);
        sizes.push([width, height, rgba.length]);
      });
      const come = (): void => {
        for (const arrived of arrivals.splice(0)) arrived();
      };
      come();
      sink.setViews([view]);
      sink.setTrack({ ...track, id: 'other' });
      come();
      expect(sizes).toEqual([
        [4, 2, 32],
        [4, 2, 32],
      ]);
      expect([canvas.width, canvas.height]).toEqual([4, 2]);
      sink.close();
      come();
      sink.setFrameListener(() => sizes.push('closed'));
      come();
      expect(sizes).toHaveLength(2);
      expect(arrivals).toEqual([]);
    } finally {
      for (const name of Object.keys(supported)) Reflect.deleteProperty(Video, name);
    }
  });

  it('tell their size once for all views: first, and when it changes', () => {
    const { playback, view } = setUp();
    const told: unknown[][] = [];
    const other = document.createElement('div');
    const sink = playback.openVideo({
      track,
      views: [view, other],
      render: RENDER,
      onFirstFrame: (...args) => told.push(['first', ...args]),
      onResized: (...args) => told.push(['resized', ...args]),
    });
    const elements = [view, other].flatMap((each) => [...each.querySelectorAll('video')]);
    const come = (videoWidth: number, videoHeight: number): void => {
      for (const element of elements) {
        Object.assign(element, { videoWidth, videoHeight });
        element.dispatchEvent(new Event('resize'));
      }
    };
    come(0, 0);
    come(640, 360);
    come(360, 640);
    sink.close();
    come(1280, 720);
    expect(told).toEqual([
      ['first', 640, 360],
      ['resized', 360, 640],
    ]);
  });

  it('turned by a quarter take the swapped size of their place, and no other room than before', () => {
    const { playback, view } = setUp();
    const place = { width: 320, height: 180 };
    vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockImplementation(() => place.width);
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(() => place.height);
    const observed: (() => void)[] = [];
    const disconnect = vi.fn();
    vi.stubGlobal(
      'ResizeObserver',
      class {
        readonly observe = vi.fn();
        readonly disconnect = disconnect;
        constructor(changed: () => void) {
          observed.push(changed);
        }
      },
    );
    const render = { ...RENDER, rotation: 90 } as const;
    const sink = playback.openVideo({ track, views: [view], render, onFirstFrame: () => undefined });
    const { style } = view.querySelector('video')!;
    expect([style.width, style.height, style.margin]).toEqual(['180px', '320px', '-70px 70px']);
    Object.assign(place, { width: 100, height: 100 });
    observed[0]?.();
    expect([style.width, style.height]).toEqual(['100px', '100px']);
    sink.setRender(RENDER);
    expect([style.width, style.height, style.margin]).toEqual(['100%', '100%', '']);
    expect(disconnect).toHaveBeenCalledOnce();
    sink.setRender(render);
    sink.close();
    expect(disconnect).toHaveBeenCalledTimes(2);
  });

  it('have no snapshot before the first frame', () => {
    const { playback, view } = setUp();
    const sink = playback.openVideo({ track, views: [view], render: RENDER, onFirstFrame: () => undefined });
    expect(sink.snapshot()).toBeNull();
    sink.close();
    expect(sink.snapshot()).toBeNull();
  });

  it('tell their first frame once, with its size', () => {
    const { playback, view } = setUp();
    const first = vi.fn();
    const sink = playback.openVideo({ track, views: [view], render: RENDER, onFirstFrame: first });
    const video = view.querySelector('video')!;
    const size = { width: 0, height: 0 };
    Object.defineProperties(video, {
      videoWidth: { get: () => size.width },
      videoHeight: { get: () => size.height },
    });
    video.dispatchEvent(new Event('loadeddata'));
    expect(first).not.toHaveBeenCalled();
    Object.assign(size, { width: 640, height: 360 });
    video.dispatchEvent(new Event('loadeddata'));
    video.dispatchEvent(new Event('resize'));
    expect(first.mock.calls).toEqual([[640, 360]]);
    sink.close();
  });
});

describe('sound', () => {
  it('plays hidden and goes away', () => {
    const { playback } = setUp();
    const sink = playback.openAudio({ track, volume: 50, onBlocked: () => undefined });
    const audio = document.querySelector('audio');
    expect(audio?.hidden).toBe(true);
    expect(audio?.volume).toBe(0.5);
    sink.setVolume(300);
    expect(audio?.volume).toBe(1);
    sink.close();
    expect(document.querySelector('audio')).toBeNull();
  });

  it('that the browser blocks is tried again at a gesture', async () => {
    const { playback, play } = setUp();
    play.mockRejectedValueOnce(new DOMException('gesture first', 'NotAllowedError'));
    const blocked = vi.fn();
    playback.openAudio({ track, volume: 100, onBlocked: blocked });
    await vi.waitFor(() => expect(blocked).toHaveBeenCalledOnce());
    document.dispatchEvent(new Event('pointerdown'));
    expect(play).toHaveBeenCalledTimes(2);
    await Promise.resolve();
    await Promise.resolve();
    document.dispatchEvent(new Event('pointerdown'));
    expect(play).toHaveBeenCalledTimes(2);
  });
});

describe('the speaker', () => {
  const sound = (playback: Playback): AudioSink =>
    playback.openAudio({ track, volume: 100, onBlocked: () => undefined });

  function setUpSpeakers() {
    const { playback } = setUp();
    const setSinkId = vi.fn((deviceId: string) =>
      deviceId === 'gone' ? Promise.reject(new DOMException('', 'NotFoundError')) : Promise.resolve(),
    );
    Object.defineProperty(HTMLAudioElement.prototype, 'setSinkId', { configurable: true, value: setSinkId });
    return { playback, setSinkId };
  }
  afterEach(() => void Reflect.deleteProperty(HTMLAudioElement.prototype, 'setSinkId'));

  it('is taken by what plays and by what plays later, not by what has ended', async () => {
    const { playback, setSinkId } = setUpSpeakers();
    const first = sound(playback);
    const second = sound(playback);
    second.close();
    await playback.setSpeaker('headset');
    // The one that tries it out, and the first.
    expect(setSinkId).toHaveBeenCalledTimes(2);
    sound(playback);
    expect(setSinkId).toHaveBeenCalledTimes(3);
    expect(setSinkId).toHaveBeenLastCalledWith('headset');
    first.close();
  });

  it('has a volume on top of that of each sound', () => {
    const { playback } = setUpSpeakers();
    const sink = sound(playback);
    playback.setSpeakerGain(0.5);
    const [element] = document.querySelectorAll('audio');
    expect(element?.volume).toBe(0.5);
    sink.setVolume(40);
    expect(element?.volume).toBeCloseTo(0.2);
    sound(playback);
    expect(document.querySelectorAll('audio')[1]?.volume).toBe(0.5);
  });

  it('that is not there changes nothing', async () => {
    const { playback, setSinkId } = setUpSpeakers();
    sound(playback);
    await expect(playback.setSpeaker('gone')).rejects.toMatchObject({ name: 'NotFoundError' });
    expect(setSinkId).toHaveBeenCalledTimes(1);
  });

  it('cannot be chosen in every browser', async () => {
    const { playback } = setUp();
    const known = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'setSinkId')!;
    Reflect.deleteProperty(HTMLMediaElement.prototype, 'setSinkId');
    await expect(playback.setSpeaker('headset')).rejects.toMatchObject({ name: 'NotSupportedError' });
    Object.defineProperty(HTMLMediaElement.prototype, 'setSinkId', known);
  });
});
