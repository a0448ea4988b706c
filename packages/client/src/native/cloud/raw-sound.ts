import { FRAME_RATE } from '../../audio/framer.ts';
import type { FrameListener, FrameListeners } from '../../audio/frame-taps.ts';
import {
  TRTCAudioFrame,
  TRTCAudioFrameFormat,
  type TRTCAudioFrameCallback,
  type TRTCGivenAudioFrame,
} from '../raw-frames.ts';
import { CloudOwnSound } from './own-sound.ts';

/** Which frames each function of a callback is given. */
const KINDS = {
  onCapturedAudioFrame: 'captured',
  onLocalProcessedAudioFrame: 'processed',
  onPlayAudioFrame: 'user',
  onMixedPlayAudioFrame: 'heard',
  onMixedAllAudioFrame: 'all',
} as const satisfies Record<keyof TRTCAudioFrameCallback, keyof FrameListeners>;

/** Sound, sample by sample. */
export class CloudRawSound extends CloudOwnSound {
  /**
   * Gives sound as frames of 20 ms: 960 samples of 16 bit, the least significant byte first, in mono at 48000 Hz (1920 bytes). What is
   * sent and heard stays as it is. Each frame is the application's own, and nobody waits for it: what a function throws harms nothing.
   *
   * Frames of the microphone come while it is open, also outside of rooms, those of a user while that user is received, and those of
   * what is mixed here from `onEnterRoom` on; none after `onExitRoom`. The callback itself stays for later rooms, until another one
   * takes its place or `destroy`. While a browser waits for a gesture before it mixes sound none come. A browser that gives no samples,
   * or a page that forbids it: `onWarning(-4)`, and the callback is forgotten. What is no function: `onError(-2)`.
   *
   * @param callback - only what has a function in it costs anything; null, or without any: no frames.
   */
  setAudioFrameCallback(callback: TRTCAudioFrameCallback | null): void {
    const listeners: FrameListeners = {};
    for (const [name, kind] of Object.entries(KINDS)) {
      const listener = callback?.[name as keyof TRTCAudioFrameCallback];
      if (typeof listener === 'function') listeners[kind] = this.#deliver(listener.bind(callback));
    }
    this.core.recordings.frames.setListeners(listeners);
  }

  #deliver(listener: (frame: TRTCGivenAudioFrame, userId: string) => void): FrameListener {
    return ({ buffer: data }, userId) => {
      const frame = Object.assign(new TRTCAudioFrame(TRTCAudioFrameFormat.TRTCAudioFrameFormatPCM), {
        data,
        length: data.byteLength,
        sampleRate: FRAME_RATE,
        timestamp: Math.round(performance.now()),
      });
      try {
        listener(frame, userId);
      } catch (error) {
        // Told to the page as what a listener throws, and the next frame comes.
        this.later(() => {
          throw error;
        });
      }
    };
  }
}
