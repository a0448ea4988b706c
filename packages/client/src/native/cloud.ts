import { TRTC_ERRORS } from '@rotunda/protocol';
import { ANSWERS, ARGUMENTS } from './arguments.ts';
import { guardMethods } from './guard.ts';
import type { TRTCInitConfig } from './params.ts';
import { CloudTools } from './cloud/tools.ts';

/** The instance of `getTRTCShareInstance`. */
let shared: TRTCCloud | null = null;

/**
 * TRTC's native-like interface (docs/trtc.md 2), with the names, argument orders and numbers of npm `trtc-electron-sdk`. Methods
 * return at once; what comes of them is told by callbacks, of which `onExitRoom` is the last of a stay. Each class that it
 * extends, in `cloud/`, holds the methods of one topic.
 */
export class TRTCCloud extends CloudTools {
  /** Null: a sub-instance, or destroyed. */
  #subs: Set<TRTCCloud> | null = new Set();
  /** Of a sub-instance. */
  #owner: TRTCCloud | null = null;

  /** The one instance that most applications need; `config` counts when it is made. */
  static getTRTCShareInstance(config?: TRTCInitConfig): TRTCCloud {
    shared ??= new TRTCCloud(config);
    return shared;
  }

  /** As {@link destroy} of that instance; harmless when there is none. The next `getTRTCShareInstance` makes a new one. */
  static destroyTRTCShareInstance(): void {
    shared?.destroy();
  }

  /**
   * Another instance with its own room, callbacks, capture, views and settings, to be in several rooms at once: also with the same
   * userId, as long as the rooms are different. It uses the server of this instance unless `config` names one. Null when this is a
   * sub-instance itself, or destroyed. It lasts until its own `destroy` or that of this instance.
   */
  createSubCloud(config?: TRTCInitConfig): TRTCCloud | null {
    if (!this.#subs) return null;
    const sub = new TRTCCloud(config, this.platform);
    if (sub.serverUrl === null) sub.setServerUrl(this.serverUrl);
    sub.#subs = null;
    sub.#owner = this;
    this.#subs.add(sub);
    return sub;
  }

  /**
   * Releases everything at once and leaves the room, if it is in one; its sub-instances are destroyed first. No callback comes any
   * more, not even `onExitRoom`, and no method does anything, but those of the log, which is that of the whole page. What returns a code
   * refuses. Wait for `onExitRoom` before if you want to know when devices are free. Harmless a second time.
   */
  override destroy(): void {
    if (shared === this) shared = null;
    for (const sub of this.#subs ?? []) sub.destroy();
    this.#subs = null;
    if (this.#owner) this.#owner.#subs?.delete(this);
    super.destroy();
  }

  static {
    guardMethods<TRTCCloud>(TRTCCloud.prototype, ARGUMENTS, (cloud, method, { message, cause }) => {
      if (cause instanceof Error) cloud.core.log.module('call').error({ error: cause.stack }, message);
      if (Object.hasOwn(ANSWERS, method)) return ANSWERS[method];
      cloud.later(() => cloud.fire('onError', TRTC_ERRORS.ERR_INVALID_PARAMETER.code, message));
      return cloud;
    });
  }
}
