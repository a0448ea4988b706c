import type { Source } from '@rotunda/protocol';
import type { LocalTrack } from '../devices/platform.ts';
import type { MediaEngine, PublishOptions } from '../media/engine.ts';
import { RequestRefusedError, isInterruption } from '../signal/errors.ts';
import { Reconciler } from './reconciler.ts';
import type { Wire } from './wire.ts';

/** What should be sent of a source; null for nothing. */
export interface WantedPublication {
  readonly track: LocalTrack;
  readonly options: PublishOptions;
}

interface Publishing {
  readonly name: 'publishing';
  /** Known when the server has taken the stream. */
  streamId: string | null;
}

interface Sent {
  readonly name: 'sent';
  readonly streamId: string;
  track: LocalTrack;
  /** How it is encoded; `muted` as the server knows it. */
  options: PublishOptions;
  /** Whether it is kept back here. */
  muted: boolean;
}

/**
 * - `leftover`: the server holds a stream of this source that is not sent any more.
 * - `refused`: the server does not take it; not tried again before `allow`.
 *
 * Whoever waits for something compares afterwards: another object means that what was waited for does not count any more.
 */
type State =
  | { readonly name: 'none' }
  | Publishing
  | Sent
  | { readonly name: 'leftover' }
  | { readonly name: 'refused' };

const NONE: State = { name: 'none' };
const LEFTOVER: State = { name: 'leftover' };
const REFUSED: State = { name: 'refused' };

export interface PublicationTools {
  readonly engine: MediaEngine;
  readonly wire: Wire;
  /** What should be sent right now. */
  wanted(): WantedPublication | null;
  /** Whether the server can be asked and told. Until then a stream changes only where it need not be: above all, it is muted. */
  readonly reachable: () => boolean;
  onPublished(streamId: string): void;
  /** The server refuses this stream; it is not tried again before `allow`. */
  onRefused(error: RequestRefusedError): void;
  /** Anything else that went wrong; it is tried again at the next change. */
  onFailed(error: unknown): void;
}

/** One source of the user: brings what is sent to what should be sent. */
export class Publication {
  readonly #source: Source;
  readonly #tools: PublicationTools;
  readonly #reconciler: Reconciler;
  #state: State = NONE;

  constructor(source: Source, tools: PublicationTools) {
    this.#source = source;
    this.#tools = tools;
    this.#reconciler = new Reconciler(
      () => this.#step(),
      (error) => {
        if (!isInterruption(error)) this.#tools.onFailed(error);
      },
    );
  }

  /** Of the stream that the server holds for what is sent, or is about to be. */
  get streamId(): string | null {
    return 'streamId' in this.#state ? this.#state.streamId : null;
  }

  /** The server refused it, and it was not asked for again. */
  get refused(): boolean {
    return this.#state === REFUSED;
  }

  sync(): void {
    this.#reconciler.request();
  }

  /** The application asks anew: a refusal is forgotten. */
  allow(): void {
    if (this.#state === REFUSED) this.#state = NONE;
  }

  /** The server has taken the stream that is being published. */
  accepted(streamId: string): void {
    if (this.#state.name === 'publishing') this.#state.streamId = streamId;
  }

  /** After a resume that kept the transports: `server` is what the server holds of this source. */
  compare(server: { readonly streamId: string; readonly muted: boolean } | null): void {
    const state = this.#state;
    const { streamId } = this;
    if (server && server.streamId === streamId) {
      if (state.name === 'sent') state.options = { ...state.options, muted: server.muted };
    } else if (server) {
      this.#end(LEFTOVER);
    } else if (streamId !== null || state === LEFTOVER) {
      this.#end(NONE);
    }
    this.sync();
  }

  /** The server ended the stream. */
  stopped(streamId: string): boolean {
    if (this.streamId !== streamId) return false;
    this.#end(NONE);
    return true;
  }

  /** The send transport is gone, and what was on it. */
  forget(): void {
    this.#state = NONE;
  }

  close(): void {
    this.#reconciler.close();
  }

  #is(state: State): boolean {
    return !this.#reconciler.closed && this.#state === state;
  }

  #end(next: State): void {
    if (this.#state.name === 'sent') this.#tools.engine.unpublish(this.#source);
    this.#state = next;
  }

  async #step(): Promise<void> {
    const wanted = this.#tools.wanted();
    const state = this.#state;
    if (state.name === 'sent' && wanted && !mustRestart(state.options, wanted.options)) {
      await this.#change(state, () => this.#adjust(state, wanted));
    } else if (!this.#tools.reachable()) {
      if (state.name === 'sent') await this.#change(state, () => this.#goOn(state, wanted));
    } else if (state.name === 'sent' || state.name === 'leftover') {
      await this.#unpublish();
      this.sync();
    } else if (state.name === 'none' && wanted) {
      await this.#publish(wanted);
    }
  }

  async #unpublish(): Promise<void> {
    this.#end(LEFTOVER);
    await this.#tools.wire.request('unpublish', { source: this.#source });
    if (this.#state === LEFTOVER) this.#state = NONE;
  }

  async #publish({ track, options }: WantedPublication): Promise<void> {
    const attempt: Publishing = { name: 'publishing', streamId: null };
    this.#state = attempt;
    let streamId: string;
    try {
      streamId = await this.#tools.engine.publish(this.#source, track, options);
    } catch (error) {
      if (this.#is(attempt)) await this.#notPublished(attempt, error);
      return;
    }
    if (this.#is(attempt)) {
      // Pictures begin with the next step, which sees what is wanted by now.
      const muted = options.muted || options.kind === 'video';
      this.#state = { name: 'sent', streamId, track, options, muted };
      this.#tools.onPublished(streamId);
      this.sync();
    } else {
      // It ended before it was there.
      this.#tools.engine.unpublish(this.#source);
    }
  }

  async #notPublished({ streamId }: Publishing, error: unknown): Promise<void> {
    if (error instanceof RequestRefusedError && !isInterruption(error)) {
      this.#state = REFUSED;
      this.#tools.onRefused(error);
      return;
    }
    this.#state = NONE;
    // The server has taken what is not sent.
    if (streamId !== null) await this.#unpublish();
    throw error;
  }

  /** What fails because the stream ends meanwhile has not failed. */
  async #change(sent: Sent, change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      if (this.#is(sent)) throw error;
    }
  }

  /** It cannot begin anew yet: until then another track is sent as this one was, and nothing that the user has muted or stopped. */
  async #goOn(sent: Sent, wanted: WantedPublication | null): Promise<void> {
    if (!wanted) return this.#setMuted(sent, true);
    const options = { ...sent.options, muted: wanted.options.muted };
    await this.#adjust(sent, { track: wanted.track, options });
  }

  async #adjust(sent: Sent, { track, options }: WantedPublication): Promise<void> {
    const { engine } = this.#tools;
    // First of all: whatever else cannot be done, what the user mutes is not sent, nor what takes its place.
    if (options.muted) await this.#setMuted(sent, true);
    // A track that has ended since it was asked for was replaced itself: there is another step to come.
    if (this.#is(sent) && sent.track !== track && track.readyState === 'live') {
      await engine.replaceTrack(this.#source, track);
      sent.track = track;
    }
    await this.#tell(sent, options.muted);
    // Only now, because the user may have muted it again while the server was told.
    if (maySend(sent, this.#tools.wanted())) await this.#setMuted(sent, false);
    if (this.#is(sent) && isOtherEncoding(sent.options, options)) {
      await engine.setEncoding(this.#source, options);
      sent.options = { ...options, muted: sent.options.muted };
    }
  }

  async #setMuted(sent: Sent, muted: boolean): Promise<void> {
    if (!this.#is(sent) || sent.muted === muted) return;
    await this.#tools.engine.setMuted(this.#source, muted);
    sent.muted = muted;
  }

  /** A server that cannot be told now is told by the step after `compare`. */
  async #tell(sent: Sent, muted: boolean): Promise<void> {
    if (!this.#is(sent) || sent.options.muted === muted || !this.#tools.reachable()) return;
    await this.#tools.wire.request('mute', { source: this.#source, muted });
    sent.options = { ...sent.options, muted };
  }
}

/** Whether what is wanted is the track of the stream, and not muted. */
function maySend(sent: Sent, wanted: WantedPublication | null): boolean {
  return wanted !== null && !wanted.options.muted && wanted.track === sent.track;
}

/** What is decided when a stream begins: codec, layers and whether messages ride on it, or how Opus works. */
function mustRestart(actual: PublishOptions, wanted: PublishOptions): boolean {
  if (actual.kind === 'audio' && wanted.kind === 'audio') {
    const { stereo, sampleRate, dtx } = wanted;
    return actual.stereo !== stereo || actual.sampleRate !== sampleRate || actual.dtx !== dtx;
  }
  if (actual.kind === 'audio' || wanted.kind === 'audio') return false;
  if (actual.carriesSei !== wanted.carriesSei) return true;
  return actual.codec !== wanted.codec || (actual.small === null) !== (wanted.small === null);
}

function isOtherEncoding(actual: PublishOptions, wanted: PublishOptions): boolean {
  return JSON.stringify({ ...actual, muted: false }) !== JSON.stringify({ ...wanted, muted: false });
}
