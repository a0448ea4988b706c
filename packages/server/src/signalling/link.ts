import { type Clock, type Log, type Timer, TokenBucket } from '@rotunda/base';
import {
  CLOSE_CODES,
  clientFrameSchema,
  type ClientFrame,
  type EventData,
  type EventName,
  type RefusalMessage,
  type ServerFrame,
  type Timers,
} from '@rotunda/protocol';
import type { WebSocket } from 'ws';

export type RequestFrame = Extract<ClientFrame, { type: 'request' }>;

/** How a link ended: the other side closed it, nothing was heard for too long, or we closed it. */
export type LinkEnd =
  | { readonly by: 'peer'; readonly code: number }
  | { readonly by: 'silence' }
  | { readonly by: 'us'; readonly code: number };

export interface LinkOwner {
  onRequest(frame: RequestFrame): void;
  onClosed(end: LinkEnd): void;
}

/** What a client that does not read may cost before it is cut, in bytes. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Frames per second that a client may send for long, and at once. Entering a full room takes about 300. */
const FRAMES_PER_SECOND = 200;
const FRAME_BURST = 1_000;
/** How long a client may take for its half of the closing handshake, in milliseconds. */
const CLOSE_BUDGET_MS = 1_000;

/**
 * One WebSocket of one client: framing, heartbeat, limits. Knows nothing of rooms. The client's timers may be
 * throttled, so that only the server pings; any byte heard counts as life.
 */
export class Link {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #log: Log;
  readonly #heartbeat: Timer;
  #silence: Timer;
  readonly #acks = new Map<number, () => void>();
  readonly #frames: TokenBucket;
  #owner: LinkOwner | null;
  #lastHeardAt: number;
  /** Since when a ping waits for any byte; null when none does. */
  #askedAt: number | null = null;
  #nextAck = 1;
  #end: LinkEnd | null = null;

  constructor(socket: WebSocket, owner: LinkOwner, tools: { clock: Clock; timers: Timers; log: Log }) {
    this.#socket = socket;
    this.#owner = owner;
    this.#clock = tools.clock;
    this.#timers = tools.timers;
    this.#log = tools.log;
    const now = tools.clock.now();
    this.#lastHeardAt = now;
    this.#frames = new TokenBucket({ perSecond: FRAMES_PER_SECOND, burst: FRAME_BURST, now });
    this.#heartbeat = tools.clock.every(tools.timers.heartbeat, () => this.#beat());
    this.#silence = this.#watchSilence(tools.timers.linkDead);
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    socket.on('close', (code: number) => this.#closed(this.#end ?? { by: 'peer', code }));
    socket.on('error', (error: Error) => this.#broken(error));
  }

  get open(): boolean {
    return this.#end === null;
  }

  /** Milliseconds since the epoch of the last byte from the client. */
  get lastHeardAt(): number {
    return this.#lastHeardAt;
  }

  send(frame: ServerFrame): void {
    this.sendText(JSON.stringify(frame));
  }

  /** For a frame that goes to many: serialised once. */
  sendText(text: string): void {
    if (!this.open) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#log.warn({ buffered: this.#socket.bufferedAmount }, 'client does not read: cut');
      this.close(CLOSE_CODES.tooSlow, { hard: true });
      return;
    }
    this.#socket.send(text, ignoreSendError);
  }

  sendEvent<N extends EventName>(name: N, data: EventData<N>): void {
    this.send({ type: 'event', name, data });
  }

  sendError(id: number, error: RefusalMessage): void {
    this.send({ type: 'error', id, ...error });
  }

  /** Sends `ended`; the promise resolves when the client acknowledged it or the link closed. */
  sendEnded(data: EventData<'ended'>): Promise<void> {
    if (!this.open) return Promise.resolve();
    const ack = this.#nextAck++;
    return new Promise((resolve) => {
      this.#acks.set(ack, resolve);
      this.send({ type: 'event', name: 'ended', data, ack });
    });
  }

  /** Waits a second for the client's half of the closing handshake; `hard` does not. */
  close(code: number, how: { hard: boolean } = { hard: false }): void {
    if (this.#end) return;
    this.#finish({ by: 'us', code });
    if (how.hard) {
      this.#socket.terminate();
      return;
    }
    this.#socket.close(code);
    const limit = this.#clock.after(CLOSE_BUDGET_MS, () => this.#socket.terminate());
    this.#socket.once('close', () => limit.cancel());
  }

  #beat(): void {
    const now = this.#clock.now();
    this.#askedAt ??= now;
    this.send({ type: 'ping', n: now });
  }

  #watchSilence(ms: number, how: { lastLook: boolean } = { lastLook: false }): Timer {
    return this.#clock.after(ms, () => {
      const left = this.#patience();
      if (left > 0) {
        this.#silence = this.#watchSilence(left);
      } else if (!how.lastLook) {
        // After a stall of this process answers wait unread: they are read between two timers.
        this.#silence = this.#watchSilence(0, { lastLook: true });
      } else {
        this.#finish({ by: 'silence' });
        this.#socket.terminate();
      }
    });
  }

  /** Milliseconds until the silence is the client's. While nobody asked it anything, it is ours. */
  #patience(): number {
    const now = this.#clock.now();
    const { heartbeat, linkDead } = this.#timers;
    const asked = this.#askedAt ?? now;
    return Math.max(this.#lastHeardAt + linkDead, asked + linkDead - heartbeat) - now;
  }

  /** The WebSocket library refuses what is no valid frame, or too large a one; a socket that breaks just closes. */
  #broken(error: Error): void {
    this.#log.warn({ err: error }, 'malformed or too large a frame: closed');
    this.close(CLOSE_CODES.protocolError);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (!this.open) return;
    this.#lastHeardAt = this.#clock.now();
    this.#askedAt = null;
    const frame = this.#frames.take(1, this.#lastHeardAt) && !isBinary ? parseFrame(data) : null;
    if (!frame) {
      this.#log.warn({ bytes: data.length }, 'malformed or too many frames: closed');
      this.close(CLOSE_CODES.protocolError);
      return;
    }
    if (frame.type === 'request') this.#owner?.onRequest(frame);
    else if (frame.type === 'ack') this.#acknowledge(frame.n);
  }

  #acknowledge(n: number): void {
    this.#acks.get(n)?.();
    this.#acks.delete(n);
  }

  #closed(end: LinkEnd): void {
    if (!this.#end) this.#finish(end);
  }

  #finish(end: LinkEnd): void {
    this.#end = end;
    this.#heartbeat.cancel();
    this.#silence.cancel();
    for (const resolve of this.#acks.values()) resolve();
    this.#acks.clear();
    const owner = this.#owner;
    this.#owner = null;
    owner?.onClosed(end);
  }
}

function parseFrame(data: Buffer): ClientFrame | null {
  try {
    const parsed = clientFrameSchema.safeParse(JSON.parse(data.toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A failed send shows as the socket's close, which has its own handler. */
function ignoreSendError(): void {}
