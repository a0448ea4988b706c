/**
 * What runs inside the measured page. Each function is sent to the browser as text: it may use nothing from outside
 * itself but the types.
 */

/** The part of the SDK's native-like face that is measured. */
export interface Cloud {
  on(name: string, listener: (...args: never[]) => void): void;
  once(name: string, listener: (...args: never[]) => void): void;
  off(name: string, listener: (...args: never[]) => void): void;
  enterRoom(params: object, scene: number): void;
  exitRoom(): void;
  startLocalPreview(view: HTMLElement): void;
  startLocalAudio(quality: number): void;
  startRemoteView(userId: string, view: HTMLElement, streamType: number): void;
}

export interface SdkGlobals {
  readonly TRTCCloud: { getTRTCShareInstance(): Cloud };
  readonly TRTCParams: new () => object;
}

export interface Entry {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly userSig: string;
  readonly roomId: number;
}

/** Times in milliseconds since `enterRoom` was called. */
export interface EnterTimes {
  readonly toOnEnterRoom: number;
  readonly toFirstFrame: number;
}

/** Enters with camera and microphone; resolves when both are published. */
export function publish(entry: Entry): Promise<void> {
  const { TRTCCloud, TRTCParams }: SdkGlobals = Object(globalThis);
  const cloud = TRTCCloud.getTRTCShareInstance();
  const view = document.body.appendChild(document.createElement('div'));
  return new Promise((resolve, reject) => {
    const sent = new Set<string>();
    const check = (what: string): void => {
      sent.add(what);
      if (sent.size === 2) resolve();
    };
    cloud.once('onSendFirstLocalVideoFrame', () => check('video'));
    cloud.once('onSendFirstLocalAudioFrame', () => check('audio'));
    cloud.once('onEnterRoom', (result: number) => {
      if (result < 0) reject(new Error(`onEnterRoom(${result})`));
    });
    cloud.startLocalPreview(view);
    cloud.startLocalAudio(2);
    cloud.enterRoom(Object.assign(new TRTCParams(), entry, { role: 20 }), 0);
  });
}

/** Enters and watches the first one who publishes video, until its first frame is shown. */
export function enterAndWatch(entry: Entry): Promise<EnterTimes> {
  const { TRTCCloud, TRTCParams }: SdkGlobals = Object(globalThis);
  const cloud = TRTCCloud.getTRTCShareInstance();
  const view = document.body.appendChild(document.createElement('div'));
  return new Promise((resolve, reject) => {
    let toOnEnterRoom = 0;
    let startedAt = 0;
    const onAvailable = (userId: string, available: number): void => {
      if (available) cloud.startRemoteView(userId, view, 0);
    };
    const onFirstFrame = (userId: string): void => {
      if (!userId || userId === entry.userId) return;
      const toFirstFrame = performance.now() - startedAt;
      cloud.off('onUserVideoAvailable', onAvailable);
      cloud.off('onFirstVideoFrame', onFirstFrame);
      resolve({ toOnEnterRoom, toFirstFrame });
    };
    cloud.on('onUserVideoAvailable', onAvailable);
    cloud.on('onFirstVideoFrame', onFirstFrame);
    cloud.once('onEnterRoom', (result: number) => {
      toOnEnterRoom = performance.now() - startedAt;
      if (result < 0) reject(new Error(`onEnterRoom(${result})`));
    });
    startedAt = performance.now();
    cloud.enterRoom(Object.assign(new TRTCParams(), entry, { role: 20 }), 0);
  });
}

/** Enters without camera and microphone. */
export function enterSilently(entry: Entry): Promise<void> {
  const { TRTCCloud, TRTCParams }: SdkGlobals = Object(globalThis);
  const cloud = TRTCCloud.getTRTCShareInstance();
  return new Promise((resolve, reject) => {
    cloud.once('onEnterRoom', (result: number) => {
      if (result < 0) reject(new Error(`onEnterRoom(${result})`));
      else resolve();
    });
    cloud.enterRoom(Object.assign(new TRTCParams(), entry, { role: 20 }), 0);
  });
}

/** Resolves with who leaves next, why, and the moment that it is told, in milliseconds since the epoch. */
export function nextLeave(): Promise<{ userId: string; reason: number; at: number }> {
  const { TRTCCloud }: SdkGlobals = Object(globalThis);
  return new Promise((resolve) => {
    TRTCCloud.getTRTCShareInstance().once('onRemoteUserLeaveRoom', (userId: string, reason: number) =>
      resolve({ userId, reason, at: performance.timeOrigin + performance.now() }),
    );
  });
}

/** Leaves; resolves when that is done. */
export function exit(): Promise<void> {
  const { TRTCCloud }: SdkGlobals = Object(globalThis);
  const cloud = TRTCCloud.getTRTCShareInstance();
  return new Promise((resolve) => {
    cloud.once('onExitRoom', () => {
      document.body.replaceChildren();
      resolve();
    });
    cloud.exitRoom();
  });
}

/** Resolves with the reason of the next `onExitRoom` and its moment, in milliseconds since the epoch. */
export function nextExit(): Promise<{ reason: number; at: number }> {
  const { TRTCCloud }: SdkGlobals = Object(globalThis);
  return new Promise((resolve) => {
    TRTCCloud.getTRTCShareInstance().once('onExitRoom', (reason: number) => {
      const at = performance.timeOrigin + performance.now();
      document.body.replaceChildren();
      resolve({ reason, at });
    });
  });
}
