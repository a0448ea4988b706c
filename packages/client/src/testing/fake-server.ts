import {
  DEFAULT_TIMERS,
  REQUESTS,
  clientFrameSchema,
  leaveBodySchema,
  type EventData,
  type EventName,
  type LeaveReason,
  type RefusalMessage,
  type RequestMethod,
  type RequestParams,
  type RoomName,
  type SnapshotMessage,
  type Source,
  type Timers,
} from '@rotunda/protocol';
import { FakeMedia } from './fake-media.ts';
import { Refused } from './fake-refusal.ts';
import { FakeRooms, send, type FakeStay } from './fake-rooms.ts';
import type { ServerEnd, ServerSocket } from './fake-sockets.ts';
import type { FakeSpeedPath } from './fake-speed.ts';

type Handler = (socket: ServerSocket, params: never) => unknown;

/**
 * The rooms of a server, in memory, that speaks the real frames. Knows no tickets and no media: what a client's state machine
 * needs and nothing else. Without a word about the room, a user is in the one that a client entered first.
 */
export class FakeServer {
  /** Methods of the requests that came, in order. */
  readonly requests: string[] = [];
  /** The same with what was asked. */
  readonly received: { readonly method: string; readonly params: unknown }[] = [];
  /** Numbers of acknowledged events. */
  readonly acks: number[] = [];
  /** Called with each acknowledgement. */
  onAck: () => void = () => undefined;
  readonly refusals = new Map<string, RefusalMessage>();
  /** Requests that get no answer. */
  readonly ignored = new Set<string>();
  timers: Timers = DEFAULT_TIMERS;
  /** Newer tokens, and the stays that they are of. */
  readonly renewed = new Map<string, string>();
  /** The room that a user switches to changes its mind when the old one has been left. */
  turnsAway: RefusalMessage | null = null;
  /** Which transports a resume keeps. */
  keptTransports: 'both' | 'send' | 'none' = 'both';
  readonly #rooms = new FakeRooms((streamId) => this.endMedia(streamId));
  readonly #media = new FakeMedia(() => this.#rooms.nextId());
  /** Anchors of other rooms: each that is asked for is there, with camera and microphone. */
  readonly #guests = new Set<string>();
  readonly #sockets = new Set<ServerSocket>();

  /** Stays that the server believes in. */
  get stays(): readonly FakeStay[] {
    return this.#rooms.stays;
  }

  /** What is being received: consumerId -> by whom and of which stream. */
  get consumers(): FakeMedia['consumers'] {
    return this.#media.consumers;
  }

  readonly accept = (socket: ServerSocket): ServerEnd => {
    this.#sockets.add(socket);
    const iceServers: [] = [];
    send(socket, {
      type: 'welcome',
      versions: [1],
      routerRtpCapabilities: { codecs: [] },
      timers: this.timers,
      iceServers,
    });
    return {
      onMessage: (text) => this.#receive(socket, text),
      onClosed: () => {
        this.#sockets.delete(socket);
        for (const stay of this.stays) if (stay.socket === socket) stay.socket = null;
      },
    };
  };

  /** One heartbeat to everybody. */
  ping(): void {
    for (const socket of this.#sockets) send(socket, { type: 'ping', n: this.#rooms.nextId() });
  }

  /** An event to one user. */
  tell<N extends EventName>(userId: string, name: N, data: EventData<N>, how: { ack?: boolean } = {}): void {
    const stay = this.#rooms.find(userId);
    if (stay) this.#rooms.tell(stay, name, data, how);
  }

  /** A fact about the room, told to everybody but the one whom it is about. */
  announce<N extends EventName>(name: N, data: EventData<N> & { userId: string }, room?: string): void {
    this.#rooms.announce(name, data, room);
  }

  /** Somebody else enters, without a client. */
  addUser(userId: string, sources: readonly Source[] = [], room?: RoomName): void {
    this.#rooms.begin({ userId, role: 20, socket: null, room: this.#rooms.incarnationOf(room) });
    for (const source of sources) this.startStream(userId, source);
  }

  startStream(userId: string, source: Source): string {
    const stay = this.#rooms.find(userId);
    if (!stay) throw new Error(`${userId} is not in the room`);
    const streamId = `stream-${this.#rooms.nextId()}`;
    const stream = { source, streamId, muted: false };
    stay.streams = [...stay.streams.filter((other) => other.source !== source), stream];
    this.announce('streamStarted', { userId, sessionId: stay.sessionId, ...stream }, stay.room);
    return streamId;
  }

  /** The packets of a stream end; the room does not know yet. */
  endMedia(streamId: string): void {
    this.#media.end(streamId);
  }

  /** Ends a stream as the server does: the packets first, then the room is told. */
  stopStream(userId: string, source: Source): void {
    const stay = this.#rooms.find(userId);
    const stream = stay?.streams.find((candidate) => candidate.source === source);
    if (!stay || !stream) throw new Error(`${userId} does not publish ${source}`);
    const { sessionId } = stay;
    const { streamId } = stream;
    this.endMedia(streamId);
    stay.streams = stay.streams.filter((other) => other !== stream);
    this.announce('streamStopped', { userId, sessionId, source, streamId }, stay.room);
  }

  /** Ends a user's stream and says so to that user: by default because no packets arrived. */
  withdraw(userId: string, source: Source, { code, message } = { code: -7, message: 'no packets' }): void {
    const streamId = this.#rooms.find(userId)?.streams.find((stream) => stream.source === source)?.streamId;
    if (!streamId) throw new Error(`${userId} does not publish ${source}`);
    this.stopStream(userId, source);
    this.tell(userId, 'ownStreamStopped', { source, streamId, code, message });
  }

  /** The media worker under a stay was replaced: nothing of its media is left. */
  resetMedia(userId: string): void {
    const stay = this.#rooms.find(userId);
    if (!stay) return;
    stay.streams = [];
    this.#media.forget(stay);
    this.tell(userId, 'mediaReset', { transports: this.#media.transports(stay) });
  }

  /** The receive transport of a stay was replaced: nothing is received on the old one. */
  resetReceiving(userId: string): void {
    const stay = this.#rooms.find(userId);
    if (!stay) return;
    this.#media.forget(stay);
    const { recv } = this.#media.transports(stay, { keepSend: true });
    this.tell(userId, 'receiveReset', { recv });
  }

  /** Ends a stay: by the server's word, or by the user's own exit. */
  end(userId: string, reason: LeaveReason): void {
    const stay = this.#rooms.find(userId);
    if (stay) this.#rooms.end(stay, reason);
  }

  /** Body of `POST /v1/leave`. */
  leave(body: string): void {
    const { resumeToken, cause } = leaveBodySchema.parse(JSON.parse(body));
    const { stay, follower } = this.#rooms.ofToken(resumeToken);
    const latest = follower ?? stay;
    if (latest) this.#rooms.remove(latest, cause);
  }

  #receive(socket: ServerSocket, text: string): void {
    const frame = clientFrameSchema.parse(JSON.parse(text));
    if (frame.type === 'ack') {
      this.acks.push(frame.n);
      this.onAck();
    }
    if (frame.type !== 'request') return;
    this.requests.push(frame.method);
    this.received.push({ method: frame.method, params: frame.params });
    if (this.ignored.has(frame.method)) return;
    const refusal = this.refusals.get(frame.method);
    if (refusal) {
      send(socket, { type: 'error', id: frame.id, ...refusal });
      return;
    }
    try {
      const method = requestMethodOf(frame.method);
      const handler = this.#handlers[method] ?? this.speedPath?.handlers[method];
      if (!handler || !REQUESTS[method].params.safeParse(frame.params).success) throw new Refused(-102023);
      const answer = (result: unknown): void => send(socket, { type: 'response', id: frame.id, result });
      const result = handler(socket, frame.params as never);
      if (result instanceof Promise) void result.then(answer);
      else answer(result);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { code, message, ended } = error;
      send(socket, { type: 'error', id: frame.id, code, message, ...(ended ? { ended } : {}) });
    }
  }

  /** Where speed tests go over. */
  speedPath: FakeSpeedPath | null = null;

  readonly #handlers: Partial<Record<RequestMethod, Handler>> = {
    enter: (socket, { userId, role, room }: RequestParams<'enter'>) =>
      this.#snapshot(this.#rooms.enter({ userId, role, room, socket }), { kept: 'none' }),
    switchRoom: (socket, { room }: RequestParams<'switchRoom'>) => {
      const before = this.#of(socket);
      const incarnation = this.#rooms.incarnationOf(room);
      if (incarnation === before.room) throw new Refused(-3340);
      this.#rooms.remove(before, 'switchedRoom');
      this.#media.forget(before);
      if (this.turnsAway) throw new Refused(this.turnsAway.code, 'switchedRoom');
      const { userId, role } = before;
      const stay = this.#rooms.begin({ userId, role, socket, room: incarnation }, before);
      return this.#snapshot(stay, { kept: 'none' });
    },
    resume: (socket, { resumeToken, role }: RequestParams<'resume'>) => {
      const sessionId = this.renewed.size > 0 ? this.renewed.get(resumeToken) : resumeToken;
      const { stay, ended } = this.#rooms.ofToken(sessionId ?? '');
      if (!stay) throw new Refused(-3301, ended);
      if (this.keptTransports === 'none') stay.streams = [];
      if (this.keptTransports !== 'both') this.#media.forget(stay);
      stay.socket = socket;
      stay.role = role;
      return this.#snapshot(stay, { kept: this.keptTransports });
    },
    exit: (socket) => {
      this.#rooms.remove(this.#of(socket), 'exited');
      return {};
    },
    switchRole: (socket, { role }: RequestParams<'switchRole'>) => {
      const stay = this.#of(socket);
      stay.role = role;
      if (role === 21) stay.streams = [];
      return role === 20 ? { send: this.#media.transport('send') } : {};
    },
    connectTransport: () => ({}),
    restartIce: () => ({ iceParameters: { usernameFragment: 'u', password: 'p' } }),
    publish: (socket, { source, muted }: RequestParams<'publish'>) => {
      const stay = this.#of(socket);
      const streamId = `stream-${this.#rooms.nextId()}`;
      stay.streams = [...stay.streams, { source, streamId, muted }];
      return { streamId };
    },
    unpublish: (socket, { source }: RequestParams<'unpublish'>) => {
      const stay = this.#of(socket);
      stay.streams = stay.streams.filter((stream) => stream.source !== source);
      return {};
    },
    mute: (socket, { source, muted }: RequestParams<'mute'>) => {
      const stay = this.#of(socket);
      stay.streams = stay.streams.map((stream) => (stream.source === source ? { ...stream, muted } : stream));
      return {};
    },
    subscribe: (socket, { userId, source }: RequestParams<'subscribe'>) => {
      const receiver = this.#of(socket);
      const stay = this.#rooms.find(userId, receiver.room);
      const streamId = stay?.streams.find((stream) => stream.source === source)?.streamId;
      if (!streamId) throw new Refused(-2);
      return this.#media.subscribe(receiver, streamId, source);
    },
    updatePermission: () => ({}),
    connectRoom: (_socket, { userId }: RequestParams<'connectRoom'>) => {
      if (!this.#rooms.find(userId)) this.addUser(userId, ['video', 'audio']);
      this.#guests.add(userId);
      return {};
    },
    disconnectRoom: () => {
      for (const userId of this.#guests) this.end(userId, 'crossRoomEnded');
      return {};
    },
    customMessage: (socket, message: RequestParams<'customMessage'>) => {
      this.#rooms.pass(this.#of(socket), message);
      return {};
    },
    quality: (socket, { of, ...report }: RequestParams<'quality'>) => {
      const { quality, rtt, upLoss } = report;
      Object.assign(this.#of(socket), {
        quality: { quality, rtt, upLoss },
        surroundings: report.surroundings,
      });
      const others = this.stays.filter(({ userId }) => of.includes(userId));
      return { users: others.flatMap(({ userId, quality: last }) => (last ? [{ userId, ...last }] : [])) };
    },
    resumeConsumer: (_socket, { consumerId }: RequestParams<'resumeConsumer'>) => this.#consume(consumerId),
    setLayer: (_socket, { consumerId }: RequestParams<'setLayer'>) => this.#consume(consumerId),
    unsubscribe: (_socket, { consumerId }: RequestParams<'unsubscribe'>) => {
      this.#media.unsubscribe(consumerId);
      return {};
    },
  };

  #of(socket: ServerSocket): FakeStay {
    const stay = this.stays.find((candidate) => candidate.socket === socket);
    if (!stay) throw new Refused(-3);
    return stay;
  }

  #consume(consumerId: string): Record<string, never> {
    this.#media.assertConsumed(consumerId);
    return {};
  }

  #snapshot(stay: FakeStay, { kept }: { kept: FakeServer['keptTransports'] }): SnapshotMessage {
    const snapshot = this.#rooms.snapshot(stay);
    if (kept === 'both') return snapshot;
    return { ...snapshot, transports: this.#media.transports(stay, { keepSend: kept === 'send' }) };
  }
}

function requestMethodOf(method: string): RequestMethod {
  if (!Object.hasOwn(REQUESTS, method)) throw new Refused(-102023);
  return method as RequestMethod;
}
