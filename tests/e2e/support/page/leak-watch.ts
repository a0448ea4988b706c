import type { TRTCCloud as Cloud, TRTCParams as Params } from '@rotunda/client';
import type { EnterOptions } from './driver.ts';

/*
 * What runs inside the page of the leak test. Each function is sent to the browser as text: it may use nothing from outside
 * itself but the types.
 */

interface Sdk {
  readonly TRTCCloud: typeof Cloud;
  readonly TRTCParams: typeof Params;
}

/** What a page holds that somebody has to give back. */
export interface Held {
  readonly tracks: number;
  readonly connections: number;
  readonly sockets: number;
  readonly timers: number;
  readonly audioContexts: number;
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
  const timers = new Set<number>();
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    for (const track of stream.getTracks()) tracks.push(new WeakRef(track));
    return stream;
  };
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
