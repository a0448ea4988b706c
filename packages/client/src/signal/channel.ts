import { createDeferred, type Clock, type Log, type Timer } from '@rotunda/base';
import {
  EVENTS,
  PROTOCOL_VERSIONS,
  serverFrameSchema,
  type ClientFrame,
  type EventData,
  type EventName,
  type RequestMethod,
  type RequestParams,
  type RequestResult,
  type ServerFrame,
  type WelcomeFrame,
} from '@rotunda/protocol';
import { SignalClosedError } from './errors.ts';
import { PendingRequests } from './pending-requests.ts';
import type { Socket, SocketFactory } from './socket.ts';

/** An event of the server, its data checked. `room` is there for facts about the room. */
export type ServerEvent = {
  [N in EventName]: {
    readonly name: N;
    readonly data: EventData<N>;
    readonly room: { readonly incarnation: string; readonly version: number } | null;
    readonly ack: number | null;
  };
}[EventName];

/** How a channel ended without its owner's doing. */
export type ChannelEnd =
  | { readonly by: 'peer'; readonly code: number }
  | { readonly by: 'silence' }
  | { readonly by: 'protocol'; readonly message: string };

export interface ChannelOwner {
  onEvent(event: ServerEvent): void;
  /** At most once, and never after the owner's own `close`. */
  onClosed(end: ChannelEnd): void;
}

export interface ChannelOptions {
  readonly sockets: SocketFactory;
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Silence limit until the server has told its own, in milliseconds. */
  readonly linkDeadMs: number;
  readonly owner: ChannelOwner;
}

/**
 * One socket to the server, from opening to closing: welcome, requests, events, heartbeat. The server pings and the
 * message handler answers at once, because timers of hidden tabs are throttled. Frames of a closed channel are ignored.
 */
export class SignalChannel {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #owner: ChannelOwner;
  readonly #welcome = createDeferred<WelcomeFrame>();
  readonly #requests = new PendingRequests();
  readonly #socket: Socket | null;
  #lastHeardAt: number;
  #linkDeadMs: number;
  #silence: Timer;
  #closed = false;

  constructor(options: ChannelOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#owner = options.owner;
    this.#linkDeadMs = options.linkDeadMs;
    this.#lastHeardAt = options.clock.now();
    this.#silence = this.#watchSilence(options.linkDeadMs);
    // Nobody may be waiting when the channel closes early.
    this.#welcome.promise.catch(() => undefined);
    this.#socket = this.#open(options);
  }

  /** The server's first frame; rejects with SignalClosedError if the channel closes before. */
  get welcome(): Promise<WelcomeFrame> {
    return this.#welcome.promise;
  }

  get open(): boolean {
    return !this.#closed;
  }

  /** Milliseconds since the epoch of the last frame from the server. */
  get lastHeardAt(): number {
    return this.#lastHeardAt;
  }

  get pendingRequests(): number {
    return this.#requests.size;
  }

  /** Rejects with RequestRefusedError when the server says no, with SignalClosedError when the link goes away. */
  request<M extends RequestMethod>(method: M, params: RequestParams<M>): Promise<RequestResult<M>> {
    if (this.#closed) return Promise.reject(new SignalClosedError());
    const { id, answer } = this.#requests.open(method);
    this.#log.debug({ method, id }, 'asked the server');
    this.#send({ type: 'request', id, method, params });
    return answer;
  }

  /** Confirms an event that asked for it. */
  acknowledge(event: ServerEvent): void {
    if (event.ack !== null) this.#send({ type: 'ack', n: event.ack });
  }

  /** Closes without telling the owner, who knows. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#silence.cancel();
    this.#socket?.close();
    this.#welcome.reject(new SignalClosedError());
    this.#requests.close();
  }

  #open({ sockets, url }: ChannelOptions): Socket | null {
    try {
      return sockets(url, {
        onMessage: (text) => this.#receive(text),
        onClosed: (code) => this.#end({ by: 'peer', code }),
      });
    } catch (error) {
      this.#log.warn({ err: error }, 'the platform refused to open a socket');
      void Promise.resolve().then(() => this.#end({ by: 'peer', code: 1006 }));
      return null;
    }
  }

  #end(end: ChannelEnd): void {
    if (this.#closed) return;
    this.close();
    this.#owner.onClosed(end);
  }

  #receive(text: string): void {
    if (this.#closed) return;
    this.#lastHeardAt = this.#clock.now();
    const frame = parseFrame(text);
    if (frame) this.#handle(frame);
    else this.#end({ by: 'protocol', message: 'the server sent a malformed frame' });
  }

  #handle(frame: ServerFrame): void {
    switch (frame.type) {
      case 'ping':
        return this.#send({ type: 'pong', n: frame.n });
      case 'welcome':
        return this.#handleWelcome(frame);
      case 'response':
        return this.#requests.resolve(frame.id, frame.result);
      case 'error':
        return this.#requests.refuse(frame.id, frame);
      case 'event':
        return this.#handleEvent(frame);
    }
  }

  #handleWelcome(frame: WelcomeFrame): void {
    if (!PROTOCOL_VERSIONS.some((version) => frame.versions.includes(version))) {
      this.#end({ by: 'protocol', message: 'the server speaks another protocol version: update the SDK' });
      return;
    }
    this.#linkDeadMs = frame.timers.linkDead;
    this.#silence.cancel();
    this.#silence = this.#watchSilence(this.#linkDeadMs);
    this.#welcome.resolve(frame);
  }

  #handleEvent(frame: Extract<ServerFrame, { type: 'event' }>): void {
    const parsed = EVENTS[frame.name].safeParse(frame.data);
    if (!parsed.success) {
      this.#log.warn({ event: frame.name }, 'ignored an event with malformed data');
      return;
    }
    const { name, room = null, ack = null } = frame;
    this.#log.debug({ event: name, version: room?.version }, 'heard from the server');
    this.#owner.onEvent({ name, data: parsed.data, room, ack } as ServerEvent);
  }

  #send(frame: ClientFrame): void {
    if (this.#closed) return;
    try {
      this.#socket?.send(JSON.stringify(frame));
    } catch (error) {
      // A socket that cannot send is about to report its close.
      this.#log.debug({ err: error }, 'could not send a frame');
    }
  }

  #watchSilence(ms: number): Timer {
    return this.#clock.after(ms, () => {
      if (this.#closed) return;
      const left = this.#lastHeardAt + this.#linkDeadMs - this.#clock.now();
      if (left > 0) this.#silence = this.#watchSilence(left);
      else this.#end({ by: 'silence' });
    });
  }
}

function parseFrame(text: string): ServerFrame | null {
  try {
    const parsed = serverFrameSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
