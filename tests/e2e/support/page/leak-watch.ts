import type { AudioMusicParam as Music, TRTCCloud as Cloud, TRTCParams as Params } from '@rotunda/client';
import type { EnterOptions } from './driver.ts';

/*
 * What runs inside the page of the leak test. Each function is sent to the browser as text: it may use nothing from outside
 * itself but the types.
 */

interface Sdk {
  readonly TRTCCloud: typeof Cloud;
  readonly TRTCParams: typeof Params;
  readonly AudioMusicParam: typeof Music;
}

/** What a page holds that somebody has to give back. */
export interface Held {
  /** Captured, drawn, mixed and cloned ones. */
  readonly tracks: number;
  readonly connections: number;
  readonly sockets: number;
  readonly timers: number;
  readonly audioContexts: number;
  readonly recorders: number;
  readonly workers: number;
  readonly objectUrls: number;
  readonly elements: number;
}

declare global {
  // oxlint-disable-next-line no-var -- a property of the page's global object
  var held: () => Held;
}

/** Counts from now on what is opened and not closed. Holds on to nothing itself. */
export function watchLeaks(): void {
  const tracks: WeakRef<MediaStreamTrack>[] = [];
  const connections: WeakRef<RTCPeerConnection>[] = [];
  const sockets: WeakRef<WebSocket>[] = [];
  const contexts: WeakRef<AudioContext>[] = [];
  const recorders: WeakRef<MediaRecorder>[] = [];
  const workers: WeakRef<Worker>[] = [];
  const terminated = new WeakSet<Worker>();
  const objectUrls = new Set<string>();
  const timers = new Set<number>();
  const keep = (stream: MediaStream): MediaStream => {
    for (const track of stream.getTracks()) tracks.push(new WeakRef(track));
    return stream;
  };
  const after = (
    owner: object,
    name: string,
    then: (result: never, on: unknown, args: readonly unknown[]) => unknown,
  ): void => {
    const method = Reflect.get(owner, name) as (...args: unknown[]) => never;
    const value = function (this: unknown, ...args: unknown[]): unknown {
      return then(Reflect.apply(method, this, args), this, args);
    };
    Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  };
  after(MediaDevices.prototype, 'getUserMedia', (capture: Promise<MediaStream>) => capture.then(keep));
  after(MediaDevices.prototype, 'getDisplayMedia', (capture: Promise<MediaStream>) => capture.then(keep));
  after(HTMLCanvasElement.prototype, 'captureStream', keep);
  after(AudioContext.prototype, 'createMediaStreamDestination', (node: MediaStreamAudioDestinationNode) => {
    keep(node.stream);
    return node;
  });
  after(MediaStreamTrack.prototype, 'clone', (track: MediaStreamTrack) => {
    tracks.push(new WeakRef(track));
    return track;
  });
  after(Worker.prototype, 'terminate', (_result, worker) => terminated.add(worker as Worker));
  after(URL, 'createObjectURL', (url: string) => {
    objectUrls.add(url);
    return url;
  });
  after(URL, 'revokeObjectURL', (_result, _on, [url]) => objectUrls.delete(String(url)));
  const remember = <T extends object>(Class: new (...args: never[]) => T, made: WeakRef<T>[]): unknown =>
    new Proxy(Class, {
      construct(target, args: never[]) {
        const one = new target(...args);
        made.push(new WeakRef(one));
        return one;
      },
    });
  Object.assign(globalThis, {
    RTCPeerConnection: remember(RTCPeerConnection, connections),
    WebSocket: remember(WebSocket, sockets),
    AudioContext: remember(AudioContext, contexts),
    MediaRecorder: remember(MediaRecorder, recorders),
    Worker: remember(Worker, workers),
  });
  const { setTimeout: later, clearTimeout: cancel } = globalThis;
  const { setInterval: every, clearInterval: stop } = globalThis;
  Object.assign(globalThis, {
    setTimeout: (work: () => void, ms: number) => {
      const id = later(() => {
        timers.delete(id);
        work();
      }, ms) as unknown as number;
      timers.add(id);
      return id;
    },
    clearTimeout: (id: number) => {
      timers.delete(id);
      cancel(id);
    },
    setInterval: (work: () => void, ms: number) => {
      const id = every(work, ms) as unknown as number;
      timers.add(id);
      return id;
    },
    clearInterval: (id: number) => {
      timers.delete(id);
      stop(id);
    },
  });
  const count = <T extends object>(made: readonly WeakRef<T>[], isOpen: (one: T) => boolean): number =>
    made.filter((ref) => {
      const one = ref.deref();
      return one !== undefined && isOpen(one);
    }).length;
  globalThis.held = () => ({
    tracks: count(tracks, ({ readyState }) => readyState === 'live'),
    connections: count(connections, ({ signalingState }) => signalingState !== 'closed'),
    sockets: count(sockets, ({ readyState }) => readyState !== WebSocket.CLOSED),
    timers: timers.size,
    audioContexts: count(contexts, ({ state }) => state !== 'closed'),
    recorders: count(recorders, ({ state }) => state !== 'inactive'),
    workers: count(workers, (worker) => !terminated.has(worker)),
    objectUrls: objectUrls.size,
    elements: document.querySelectorAll('video, audio, canvas').length,
  });
}

/**
 * Enters and leaves that often: after the first picture of `friend`, as soon as it is in, and while it is still entering, in
 * turns.
 */
export async function comeAndGo([{ room, scene, ...rest }, friend, times]: readonly [
  EnterOptions,
  string,
  number,
]): Promise<void> {
  const { TRTCCloud, TRTCParams } = globalThis as unknown as Sdk;
  const cloud = TRTCCloud.getTRTCShareInstance();
  const next = (name: string, fits: (...args: unknown[]) => boolean = () => true): Promise<void> =>
    new Promise((resolve) => {
      const listener = (...args: unknown[]): void => {
        if (!fits(...args)) return;
        cloud.off(name, listener);
        resolve();
      };
      cloud.on(name, listener);
    });
  for (let time = 0; time < times; time++) {
    const view = document.body.appendChild(document.createElement('div'));
    const own = document.body.appendChild(document.createElement('div'));
    const entered = next('onEnterRoom');
    const seen = next('onFirstVideoFrame', (userId) => userId === friend);
    const left = next('onExitRoom');
    cloud.startLocalPreview(own);
    cloud.startLocalAudio();
    cloud.setAudioCaptureVolume(time % 2 === 0 ? 100 : 50);
    cloud.startRemoteView(friend, view, 0);
    cloud.enterRoom(Object.assign(new TRTCParams(), rest, { roomId: room }), scene as 0);
    if (time % 3 < 2) await entered;
    if (time % 3 === 0) await seen;
    cloud.exitRoom();
    await left;
    view.remove();
    own.remove();
  }
}

/** The address of a second of silence. */
export function silentMusic(): string {
  const [rate, bytes] = [8_000, 16_000];
  const header = new Uint32Array([16, 0x0001_0001, rate, rate * 2, 0x0010_0002]);
  const sizes = [new Uint32Array([36 + bytes]), new Uint32Array([bytes])] as const;
  const parts = ['RIFF', sizes[0], 'WAVEfmt ', header, 'data', sizes[1], new Uint8Array(bytes)];
  return URL.createObjectURL(new Blob(parts, { type: 'audio/wav' }));
}

/**
 * Enters with everything at once: screen with the system's sound, watermark, messages on pictures, music, sound of its own, recordings, raw
 * pictures and sound, and a sub-instance in another room, which speaks with a microphone and with sound of its own in turns. Returns when all
 * of it is going on.
 *
 * @returns what ends it: by an exit, or waiting for what the server says. It tells the reason of `onExitRoom`.
 */
export async function doEverything([main, other, music, time]: readonly [
  EnterOptions & { readonly friend: string },
  EnterOptions & { readonly friend: string },
  string,
  number,
]): Promise<(how: 'exit' | 'told') => Promise<number>> {
  const { TRTCCloud, TRTCParams, AudioMusicParam } = globalThis as unknown as Sdk;
  const cloud = TRTCCloud.getTRTCShareInstance();
  const sub = cloud.createSubCloud();
  if (!sub) throw new Error('the SDK made no sub-instance');
  const next = (
    of: Cloud,
    name: string,
    fits: (...args: unknown[]) => boolean = () => true,
  ): Promise<unknown[]> =>
    new Promise((resolve) => {
      const listener = (...args: unknown[]): void => {
        if (!fits(...args)) return;
        of.off(name, listener);
        resolve(args);
      };
      of.on(name, listener);
    });
  const views: HTMLElement[] = [];
  const view = (): HTMLElement => {
    const made = document.body.appendChild(document.createElement('div'));
    views.push(made);
    return made;
  };
  const enter = (of: Cloud, { room, scene, friend, ...rest }: typeof main): Promise<unknown> => {
    const entered = next(of, 'onEnterRoom');
    const seen = next(of, 'onFirstVideoFrame', (userId) => userId === friend);
    of.startRemoteView(friend, view(), 0);
    of.enterRoom(Object.assign(new TRTCParams(), rest, { roomId: room }), scene as 0);
    return Promise.all([entered, seen]);
  };
  const ignore = (): void => undefined;
  const ownSound = { data: new Int16Array(960).fill(1_000).buffer, sampleRate: 48_000, channel: 1 };

  cloud.setRecordedFileReceiver(ignore);
  const sent = next(cloud, 'onSendFirstLocalVideoFrame', (type) => type === 0);
  const shared = next(cloud, 'onScreenCaptureStarted');
  const loopback = next(cloud, 'onSystemAudioLoopbackError', (code) => code === 0);
  const spoken = next(sub, 'onSendFirstLocalAudioFrame');
  const recording = next(cloud, 'onLocalRecordBegin');
  const played = new Promise<void>((onStart) => {
    const started = { onStart: () => onStart(), onPlayProgress: ignore, onComplete: ignore };
    cloud.startPlayMusic(new AudioMusicParam(1, music, 100), started);
  });
  const framed = new Promise<void>((resolve) => {
    const missing = new Set(['captured', 'processed', 'user', 'heard', 'all']);
    const got = (kind: string) => (): void => {
      if (missing.delete(kind) && missing.size === 0) resolve();
    };
    cloud.setAudioFrameCallback({
      onCapturedAudioFrame: got('captured'),
      onLocalProcessedAudioFrame: got('processed'),
      onPlayAudioFrame: got('user'),
      onMixedPlayAudioFrame: got('heard'),
      onMixedAllAudioFrame: got('all'),
    });
  });
  // Not at first, so that the first message begins the stream anew.
  if (time > 0) cloud.on('onRecvSEIMsg', ignore);
  cloud.setWaterMark(0, new Uint8Array(16).fill(200).buffer, 2, 2, 2, 0.1, 0.1, 0.2);
  cloud.setLocalVideoRenderCallback(1, 1, { onRenderVideoFrame: ignore });
  cloud.startLocalPreview(view());
  cloud.startLocalAudio();
  cloud.startScreenCapture(view(), 2);
  cloud.startSystemAudioLoopback();
  cloud.enableMixExternalAudioFrame(true, true);
  cloud.startLocalRecording({ filePath: 'own.webm' });
  cloud.startAudioRecording('heard.wav');
  if (time % 2 === 0) sub.startLocalAudio();
  else sub.enableCustomAudioCapture(true);
  // A track without frames sends nothing.
  const speaking = setInterval(() => sub.sendCustomAudioData(ownSound), 20);
  if (cloud.mixExternalAudioFrame(ownSound) < 0) throw new Error('the SDK took no sound of the page');
  const begun = [sent, shared, loopback, recording, played, framed, spoken];
  await Promise.all([enter(cloud, main), enter(sub, other), ...begun]);
  clearInterval(speaking);
  while (!cloud.sendSEIMsg(new Uint8Array([time]).buffer, 1)) await new Promise(requestAnimationFrame);

  const gone = next(cloud, 'onExitRoom');
  return async (how) => {
    if (how === 'exit') cloud.exitRoom();
    const [reason] = await gone;
    if (time % 2 === 0) {
      const subLeft = next(sub, 'onExitRoom');
      sub.exitRoom();
      await subLeft;
    }
    sub.destroy();
    cloud.off('onRecvSEIMsg', ignore);
    for (const each of views) each.remove();
    return Number(reason);
  };
}
