import type { Source } from '@rotunda/protocol';
import type { LocalTrack } from '../devices/platform.ts';
import type { MediaEngine, PublishOptions } from '../media/engine.ts';
import { RequestRefusedError, SignalClosedError } from '../signal/errors.ts';
import { Reconciler } from './reconciler.ts';
import type { Wire } from './wire.ts';

/** What should be sent of a source; null for nothing. */
export interface WantedPublication {
  readonly track: LocalTrack;
  readonly options: PublishOptions;
}

type Actual =
  | { readonly state: 'none' }
  | {
      readonly state: 'sent';
      readonly streamId: string;
      readonly track: LocalTrack;
      readonly options: PublishOptions;
    };

export interface PublicationTools {
  readonly engine: MediaEngine;
  readonly wire: Wire;
  /** What should be sent right now; `hold` while nothing can be changed. */
  wanted(): WantedPublication | null | 'hold';
  onPublished(streamId: string): void;
  /** The server refuses this stream; it is not tried again before `allow`. */
  onRefused(error: RequestRefusedError): void;
  /** Anything else that went wrong; it is tried again at the next change. */
  onFailed(error: unknown): void;
}

const NONE: Actual = { state: 'none' };

/** One source of the user: brings what is sent to what should be sent. */
export class Publication {
  readonly #source: Source;
  readonly #tools: PublicationTools;
  readonly #reconciler: Reconciler;
  #actual: Actual = NONE;
  /** The server holds a stream of this source that is not ours any more. */
  #leftover = false;
  #blocked = false;
  /** Goes up when the transports are replaced: what was begun before does not count. */
  #generation = 0;

  constructor(source: Source, tools: PublicationTools) {
    this.#source = source;
    this.#tools = tools;
    this.#reconciler = new Reconciler(
      () => this.#step(),
      (error) => this.#failed(error),
    );
  }

  get streamId(): string | null {
    return this.#actual.state === 'sent' ? this.#actual.streamId : null;
  }

  sync(): void {
    this.#reconciler.request();
  }

  /** The application asks anew: a refusal is forgotten. */
  allow(): void {
    this.#blocked = false;
  }

  /** After a resume that kept the transports: `server` is what the server holds of this source. */
  compare(server: { readonly streamId: string; readonly muted: boolean } | null): void {
    const { streamId } = this;
    if (streamId !== null && server?.streamId !== streamId) this.#drop();
    this.#leftover = server !== null && server.streamId !== streamId;
    if (this.#actual.state === 'sent' && server && server.muted !== this.#actual.options.muted) {
      const options = { ...this.#actual.options, muted: server.muted };
      this.#actual = { ...this.#actual, options };
    }
    this.sync();
  }

  /** The server ended the stream. */
  stopped(streamId: string): boolean {
    if (this.streamId !== streamId) return false;
    this.#drop();
    return true;
  }

  /** The send transport is gone, and what was on it. */
  forget(): void {
    this.#generation++;
    this.#actual = NONE;
    this.#leftover = false;
  }

  close(): void {
    this.#reconciler.close();
  }

  #drop(): void {
    this.#actual = NONE;
    this.#tools.engine.unpublish(this.#source);
  }

  async #step(): Promise<void> {
    const current = this.#tools.wanted();
    if (current === 'hold') return;
    const wanted = this.#blocked ? null : current;
    const actual = this.#actual;
    if (
      this.#leftover ||
      (actual.state === 'sent' && (!wanted || mustRestart(actual.options, wanted.options)))
    ) {
      await this.#unpublish();
      this.sync();
    } else if (wanted && actual.state === 'none') {
      await this.#publish(wanted);
      this.sync();
    } else if (wanted && actual.state === 'sent') {
      await this.#adjust(actual, wanted);
    }
  }

  async #unpublish(): Promise<void> {
    this.#leftover = false;
    this.#drop();
    await this.#tools.wire.request('unpublish', { source: this.#source });
  }

  async #publish({ track, options }: WantedPublication): Promise<void> {
    const generation = this.#generation;
    const streamId = await this.#askToPublish(track, options);
    if (streamId === null || this.#reconciler.closed || generation !== this.#generation) return;
    this.#actual = { state: 'sent', streamId, track, options };
    this.#tools.onPublished(streamId);
  }

  async #adjust(actual: Extract<Actual, { state: 'sent' }>, wanted: WantedPublication): Promise<void> {
    const { engine, wire } = this.#tools;
    const generation = this.#generation;
    const source = this.#source;
    if (actual.track !== wanted.track) await engine.replaceTrack(source, wanted.track);
    if (this.#stale(generation)) return;
    this.#actual = { ...actual, track: wanted.track };
    // First of all: whatever else cannot be done, what the user mutes is not sent.
    const { muted } = wanted.options;
    if (actual.options.muted !== muted) {
      await engine.setMuted(source, muted);
      if (this.#stale(generation)) return;
      this.#actual = { ...actual, track: wanted.track, options: { ...actual.options, muted } };
      await wire.request('mute', { source, muted });
      if (this.#stale(generation)) return;
    }
    if (isOtherEncoding(actual.options, wanted.options)) await engine.setEncoding(source, wanted.options);
    if (this.#stale(generation)) return;
    this.#actual = { ...actual, ...wanted };
  }

  #stale(generation: number): boolean {
    return this.#reconciler.closed || generation !== this.#generation || this.#actual.state === 'none';
  }

  /** @returns null when the server refuses the stream. */
  async #askToPublish(track: LocalTrack, options: PublishOptions): Promise<string | null> {
    try {
      return await this.#tools.engine.publish(this.#source, track, options);
    } catch (error) {
      if (!(error instanceof RequestRefusedError)) throw error;
      if (this.#reconciler.closed) return null;
      this.#blocked = true;
      this.#tools.onRefused(error);
      return null;
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof SignalClosedError)) this.#tools.onFailed(error);
  }
}

/** What is negotiated when a stream begins: codec and layers, or how Opus works. */
function mustRestart(actual: PublishOptions, wanted: PublishOptions): boolean {
  if (actual.kind === 'audio' && wanted.kind === 'audio') {
    const { stereo, sampleRate, dtx } = wanted;
    return actual.stereo !== stereo || actual.sampleRate !== sampleRate || actual.dtx !== dtx;
  }
  if (actual.kind === 'audio' || wanted.kind === 'audio') return false;
  return actual.codec !== wanted.codec || (actual.small === null) !== (wanted.small === null);
}

function isOtherEncoding(actual: PublishOptions, wanted: PublishOptions): boolean {
  return JSON.stringify({ ...actual, muted: false }) !== JSON.stringify({ ...wanted, muted: false });
}
