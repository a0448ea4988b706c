import { TypedEmitter } from '@rotunda/base';
import { TRTCError, type Source } from '@rotunda/protocol';
import type { OpenOutcome } from '../../devices/local-tracks.ts';
import type { Playback, RenderOptions } from '../../media/playback.ts';
import { browserPlatform } from '../../session/browser-platform.ts';
import type { Platform } from '../../session/platform.ts';
import { RoomClient } from '../../session/room-client.ts';
import { bridgeCallbacks } from '../bridge.ts';
import type { TRTCCallbackName, TRTCCallbacks } from '../callbacks.ts';
import type { TRTCInitConfig } from '../params.ts';
import { toViews, type Views } from '../video-params.ts';

type AnyListener = (...args: never[]) => void;

const REMOTE_RENDER: RenderOptions = { fit: 'contain', mirror: false, rotation: 0 };

/** What every topic of the face stands on: the core, and the callbacks. */
export class CloudInstance {
  protected readonly core: RoomClient;
  /** Other than the browser. */
  protected readonly platform: Platform | undefined;
  protected serverUrl: string | null = null;
  readonly #playback: Playback;
  readonly #emitter = new TypedEmitter<Record<string, unknown[]>>();
  #state: 'open' | 'destroyed' = 'open';

  constructor(config?: TRTCInitConfig, platform?: Platform) {
    this.platform = platform;
    const runsOn = platform ?? browserPlatform();
    this.#playback = runsOn.playback;
    this.core = new RoomClient({
      platform: runsOn,
      capture: 'release',
      remoteRender: { video: REMOTE_RENDER, sub: REMOTE_RENDER },
    });
    this.core.ahead.automatic = true;
    this.attempt(() => {
      const url = proxyUrl(config);
      if (url) this.setServerUrl(url);
    });
    bridgeCallbacks(this.core, (name, ...args) => this.fire(name, ...args));
  }

  /** No callback comes any more; a stay is still left. The instance is of no further use. */
  destroy(): void {
    this.#state = 'destroyed';
    this.#emitter.removeAllListeners();
    this.core.close();
  }

  /**
   * Which server to enter rooms of: an http(s) or ws(s) address. Counts from the next `enterRoom` on; null for the default. No text:
   * `onError(-2)`.
   */
  setServerUrl(url: string | null): void {
    this.serverUrl = url;
    this.core.setServerUrl(url);
  }

  /** Calls `listener` each time, in the order in which listeners were added. What it throws does not harm the SDK. */
  on<K extends TRTCCallbackName>(event: K, listener: (...args: TRTCCallbacks[K]) => void): this;
  on(event: string, listener: AnyListener): this;
  on(event: string, listener: AnyListener): this {
    this.#emitter.on(event, listener as (...args: unknown[]) => void);
    this.#listenersChanged();
    return this;
  }

  /** As {@link on}, for the next time only. */
  once<K extends TRTCCallbackName>(event: K, listener: (...args: TRTCCallbacks[K]) => void): this;
  once(event: string, listener: AnyListener): this;
  once(event: string, listener: AnyListener): this {
    this.#emitter.once(event, listener as (...args: unknown[]) => void);
    this.#listenersChanged();
    return this;
  }

  /** Takes one listener off; harmless if it is not there. */
  off<K extends TRTCCallbackName>(event: K, listener: (...args: TRTCCallbacks[K]) => void): this;
  off(event: string, listener: AnyListener): this;
  off(event: string, listener: AnyListener): this {
    this.#emitter.off(event, listener as (...args: unknown[]) => void);
    this.#listenersChanged();
    return this;
  }

  /** Another name of {@link on}. */
  addListener<K extends TRTCCallbackName>(event: K, listener: (...args: TRTCCallbacks[K]) => void): this;
  addListener(event: string, listener: AnyListener): this;
  addListener(event: string, listener: AnyListener): this {
    return this.on(event, listener);
  }

  /** Another name of {@link off}. */
  removeListener<K extends TRTCCallbackName>(event: K, listener: (...args: TRTCCallbacks[K]) => void): this;
  removeListener(event: string, listener: AnyListener): this;
  removeListener(event: string, listener: AnyListener): this {
    return this.off(event, listener);
  }

  /** Removes every listener, or those of one callback. */
  removeAllListeners(event?: string): this {
    this.#emitter.removeAllListeners(event);
    this.#listenersChanged();
    return this;
  }

  /** Who listens may have changed. */
  #listenersChanged(): void {
    this.core.sei.listen(this.#emitter.listenerCount('onRecvSEIMsg') > 0);
  }

  /** Whether pictures are to be seen at all. */
  protected showPictures(visible: boolean): void {
    this.#playback.setPicturesVisible(visible);
  }

  protected start(source: Source, views?: Views): void {
    const how = source === 'audio' ? {} : { views: toViews(views) };
    void this.tellFailure(this.core.local.start(source, how));
  }

  /** A device that cannot be opened becomes `onError`. */
  protected async tellFailure(opening: Promise<OpenOutcome>): Promise<void> {
    const outcome = await opening;
    if (outcome.kind === 'failed') this.fire('onError', outcome.error.code, outcome.error.message);
  }

  /** Runs what an application asked for; a refusal becomes `onError`, never an exception. */
  protected attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      const { code, message } = error instanceof TRTCError ? error : new TRTCError('ERR_INVALID_PARAMETER');
      this.later(() => this.fire('onError', code, message));
    }
  }

  /** A callback never comes out of the very call that causes it. */
  protected later(tell: () => void): void {
    queueMicrotask(tell);
  }

  protected fire<K extends TRTCCallbackName>(name: K, ...args: TRTCCallbacks[K]): void {
    if (this.#state !== 'open') return;
    this.#emitter.emit(name, ...args);
    // Who listened once does so no more.
    this.#listenersChanged();
  }
}

/** Null: no server is named. Throws a TRTCError for what is no name of one. */
function proxyUrl(given: TRTCInitConfig | undefined): string | null {
  const { host, port, config }: Partial<NonNullable<TRTCInitConfig['networkProxy']>> =
    given?.networkProxy ?? {};
  if (!host) return null;
  if (typeof host !== 'string')
    throw new TRTCError('ERR_INVALID_PARAMETER', 'the host of networkProxy is a text');
  if (host.includes('://')) return port ? `${host}:${port}` : host;
  return `${config?.supportHttps ? 'https' : 'http'}://${host}${port ? `:${port}` : ''}`;
}
