import type { Clock, Log } from '@rotunda/base';
import {
  DEFAULT_TIMERS,
  type RequestMethod,
  type RequestParams,
  type RequestResult,
  type Timers,
  type WelcomeFrame,
} from '@rotunda/protocol';
import { SignalChannel, type ChannelEnd, type ServerEvent } from '../signal/channel.ts';
import { SignalClosedError } from '../signal/errors.ts';
import type { SocketFactory } from '../signal/socket.ts';
import type { Wire } from './wire.ts';

export interface StayLinkOptions {
  readonly sockets: SocketFactory;
  readonly clock: Clock;
  readonly log: Log;
  readonly url: string;
  onEvent(event: ServerEvent): void;
  /** A channel that had been welcomed went away. */
  onLost(end: ChannelEnd): void;
}

export type OpenOutcome =
  | { readonly kind: 'welcome'; readonly welcome: WelcomeFrame }
  | { readonly kind: 'failed'; readonly end: ChannelEnd | null };

/** The sockets of one stay, one after the other. What an earlier one still says does not count. */
export class StayLink implements Wire {
  readonly #options: StayLinkOptions;
  #channel: SignalChannel | null = null;
  #state: 'down' | 'opening' | 'up' | 'closed' = 'down';
  #timers: Timers = DEFAULT_TIMERS;
  #lastHeardAt: number;

  constructor(options: StayLinkOptions) {
    this.#options = options;
    this.#lastHeardAt = options.clock.now();
  }

  /** As the server told them last. */
  get timers(): Timers {
    return this.#timers;
  }

  /** Milliseconds since the epoch of the last frame of any socket. */
  get lastHeardAt(): number {
    return this.#channel?.lastHeardAt ?? this.#lastHeardAt;
  }

  get pendingRequests(): number {
    return this.#channel?.pendingRequests ?? 0;
  }

  /** Opens the next socket in place of the one before. Never rejects. */
  async open(): Promise<OpenOutcome> {
    if (this.#state === 'closed') return { kind: 'failed', end: null };
    this.drop();
    let ended: ChannelEnd | null = null;
    const channel: SignalChannel = new SignalChannel({
      ...this.#options,
      linkDeadMs: this.#timers.linkDead,
      owner: {
        onEvent: (event) => this.#options.onEvent(event),
        onClosed: (end) => {
          ended = end;
          this.#closed(channel, end);
        },
      },
    });
    this.#channel = channel;
    this.#state = 'opening';
    try {
      const welcome = await channel.welcome;
      if (this.#channel !== channel) return { kind: 'failed', end: ended };
      this.#state = 'up';
      this.#timers = welcome.timers;
      return { kind: 'welcome', welcome };
    } catch {
      return { kind: 'failed', end: ended };
    }
  }

  request<M extends RequestMethod>(method: M, params: RequestParams<M>): Promise<RequestResult<M>> {
    if (this.#state !== 'up' || !this.#channel) return Promise.reject(new SignalClosedError());
    return this.#channel.request(method, params);
  }

  acknowledge(event: ServerEvent): void {
    this.#channel?.acknowledge(event);
  }

  /** Closes the socket; another may be opened. */
  drop(): void {
    const channel = this.#channel;
    if (!channel) return;
    this.#lastHeardAt = channel.lastHeardAt;
    this.#channel = null;
    if (this.#state !== 'closed') this.#state = 'down';
    channel.close();
  }

  /** Final. Idempotent. */
  close(): void {
    this.#state = 'closed';
    this.drop();
  }

  #closed(channel: SignalChannel, end: ChannelEnd): void {
    if (this.#channel !== channel) return;
    const wasUp = this.#state === 'up';
    this.#lastHeardAt = channel.lastHeardAt;
    this.#channel = null;
    this.#state = 'down';
    if (wasUp) this.#options.onLost(end);
  }
}
