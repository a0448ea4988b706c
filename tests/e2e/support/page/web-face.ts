import type { TRTC } from '@rotunda/client/web';

declare global {
  interface Window {
    readonly TRTC: typeof TRTC;
    trtc: TRTC;
    /** What the instance told, in order: `[event, payload]`. */
    told: [string, unknown][];
  }
}

export interface WebEntry {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly userSig: string;
  readonly roomId: number;
}

/** Enters with camera and microphone through the web face and writes down every event. Runs in the page. */
export async function enterOnWeb(entry: WebEntry): Promise<void> {
  const trtc = (window.trtc = window.TRTC.create());
  const told: [string, unknown][] = (window.told = []);
  for (const event of Object.values<string>(window.TRTC.EVENT)) {
    trtc.on(event, (payload: unknown) => told.push([event, payload]));
  }
  for (const id of ['self', 'other']) {
    document.body.append(Object.assign(document.createElement('div'), { id }));
  }
  await trtc.startLocalVideo({ view: 'self' });
  await trtc.startLocalAudio();
  await trtc.enterRoom({ ...entry, scene: 'rtc' });
}
