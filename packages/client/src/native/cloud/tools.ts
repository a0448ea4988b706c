import { TRTC_ERRORS } from '@rotunda/protocol';
import type { LogListener } from '../../log/sdk-log.ts';
import type { VideoCodec } from '../../media/engine.ts';
import { VERSION } from '../../version.ts';
import { isTicket } from '../enter-params.ts';
import type { TRTCLogLevel } from '../enums.ts';
import { CloudUnsupported } from './unsupported.ts';

const CODECS: readonly VideoCodec[] = ['vp8', 'h264', 'vp9'];

/** Calls that TRTC documents, or that its SDK makes itself, for what this platform does not have. */
const KNOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  disableLocalRenderFPSOptimization: 'a browser chooses by itself how often it shows a picture',
};

/** Version, log, experimental calls. */
export class CloudTools extends CloudUnsupported {
  /** The version of this SDK, as in its package. */
  getSDKVersion(): string {
    return VERSION;
  }

  /**
   * What is less important than this is neither printed nor handed to the callback; 2 (info) at first, 6 for nothing at all. Holds for
   * every instance of the page, as do all log settings. Another number: `onError(-2)`.
   */
  setLogLevel(level: TRTCLogLevel): void {
    this.core.log.level = level;
  }

  /** Whether log lines go to the browser's console; they do not at first. */
  setConsoleEnabled(enabled: boolean): void {
    this.core.log.toConsole = enabled;
  }

  /**
   * Gets every log line that the level lets through, synchronously: the line with its time, its level (see `setLogLevel`) and the part
   * of the SDK that wrote it. No line holds a ticket or a token. What the callback throws harms nobody; what the SDK would log because of
   * the callback is left out. Null ends it.
   */
  setLogCallback(callback?: ((log: string, level: TRTCLogLevel, module: string) => void) | null): void {
    const listener: LogListener | null = callback ?? null;
    this.core.log.listener = listener;
  }

  /** Writes a line of the application, of level 2 (info), into the log. */
  log(info: string): void {
    this.core.log.module('application').info({}, info);
  }

  /** @returns milliseconds that never go back, to stamp what one captures. */
  generateCustomPTS(): number {
    return Math.round(performance.now());
  }

  /** Of older versions: the picture is always shown by a video element. Does nothing, as in TRTC. */
  setRenderMode(mode?: number): void {
    void mode;
  }

  /**
   * Of older versions. False hides all pictures of this instance, the user's own and those of others, also those that are started later;
   * true shows them again. All else goes on: sound, what is sent and received, callbacks, snapshots.
   */
  setEnableRenderFrame(enable: boolean): void {
    this.showPictures(enable);
  }

  /**
   * JSON with `api` and `params`. Any other name than these: `onWarning(-4)`, once for each. No JSON with a name, or wrong `params`:
   * `onError(-2)`.
   *
   * `setVideoCodec` with `{codec: 'vp8' | 'h264' | 'vp9'}`: from the next picture on; others get anew what is being sent.
   *
   * `updatePrivateMapKey` with `{privateMapKey}`: a newer permission ticket for the room where the user is. What was refused is sent and
   * received if it allows that; what it does not allow any more ends, with `onError(-100006)`. If the server does not take it,
   * `onError(-100006)` and `onExitRoom(1)` follow. Outside of rooms, and while 16 calls wait: `onError(-3)`.
   */
  callExperimentalAPI(json: string): void {
    const call = parseCall(json);
    if (!call) return this.#refuse('needs JSON with api and params');
    if (call.api === 'setVideoCodec') return this.#setVideoCodec(call.params.codec);
    if (call.api === 'updatePrivateMapKey') return this.#updatePrivateMapKey(call.params.privateMapKey);
    const why = Object.hasOwn(KNOWN_ELSEWHERE, call.api) ? KNOWN_ELSEWHERE[call.api] : undefined;
    this.warnUnsupported(`callExperimentalAPI ${call.api}`, why ?? 'this SDK does not know the call');
  }

  #setVideoCodec(wanted: unknown): void {
    const codec = CODECS.find((known) => known === wanted);
    if (!codec) return this.#refuse(`setVideoCodec: codec is one of ${CODECS.join(', ')}`);
    this.core.local.settings.codec = codec;
    this.core.local.applySettings('video');
  }

  #updatePrivateMapKey(ticket: unknown): void {
    if (!isTicket(ticket)) return this.#refuse('updatePrivateMapKey: privateMapKey is a permission ticket');
    const { ERR_REFUSED, ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR } = TRTC_ERRORS;
    void Promise.resolve(this.core.room.permission?.renew(ticket)).then((outcome) => {
      if (!outcome) return this.fire('onError', ERR_REFUSED.code, 'updatePrivateMapKey: enter a room first');
      if (outcome.kind !== 'refused') return;
      // Who shows a bad ticket is removed, and told so.
      if (outcome.code === ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR.code) return;
      this.fire('onError', outcome.code, outcome.message);
    });
  }

  #refuse(what: string): void {
    const { code } = TRTC_ERRORS.ERR_INVALID_PARAMETER;
    this.later(() => this.fire('onError', code, `callExperimentalAPI ${what}`));
  }
}

interface ExperimentalCall {
  readonly api: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function parseCall(json: unknown): ExperimentalCall | null {
  try {
    const call = JSON.parse(String(json)) as { api?: unknown; params?: unknown } | null;
    if (typeof call?.api !== 'string' || call.api === '') return null;
    return { api: call.api, params: { ...(call.params as Record<string, unknown> | null) } };
  } catch {
    return null;
  }
}
