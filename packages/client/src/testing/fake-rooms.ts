import {
  CLOSE_CODES,
  LEAVE_REASONS,
  NOT_BLOCKED,
  type Blocked,
  type DepartedMessage,
  type EventData,
  type EventName,
  type LeaveReason,
  type MemberMessage,
  type RequestParams,
  type RoomName,
  type ServerFrame,
  type SnapshotMessage,
} from '@rotunda/protocol';
import type { ServerSocket } from './fake-sockets.ts';

export interface FakeStay {
  readonly userId: string;
  readonly sessionId: string;
  /** The incarnation of its room. */
  readonly room: string;
  role: 20 | 21;
  streams: MemberMessage['streams'];
  blocked?: Blocked;
  socket: ServerSocket | null;
  /** What it told last of its path. */
  quality?: Pick<RequestParams<'quality'>, 'quality' | 'rtt' | 'upLoss'>;
  /** Where the client says that it runs. */
  surroundings?: RequestParams<'quality'>['surroundings'];
  /** cmdId -> the last message. */
  readonly said: Map<number, { seq: number; reliable: boolean }>;
}

/** The incarnation of the room that a client entered first. */
const FIRST_ROOM = 'first';

/** Who is in which room, and what they are told of each other. A stay's resume token is its session id. */
export class FakeRooms {
  readonly #stays = new Map<string, FakeStay>();
  readonly #endings = new Map<string, LeaveReason>();
  readonly #departed: (DepartedMessage & { room: string })[] = [];
  /** Session that followed another one, in another room -> that one. */
  readonly #before = new Map<string, string>();
  readonly #onStreamEnded: (streamId: string) => void;
  #firstRoom: string | null = null;
  #version = 0;
  #ids = 0;

  constructor(onStreamEnded: (streamId: string) => void) {
    this.#onStreamEnded = onStreamEnded;
  }

  get stays(): readonly FakeStay[] {
    return [...this.#stays.values()];
  }

  nextId(): number {
    return ++this.#ids;
  }

  /** Of several rooms, the user's newest one. */
  find(userId: string, room?: string): FakeStay | undefined {
    return this.stays.findLast((stay) => stay.userId === userId && (room ?? stay.room) === stay.room);
  }

  /** The stay of a token, and the one that followed it. */
  ofToken(token: string): { stay?: FakeStay; follower?: FakeStay; ended?: LeaveReason } {
    const stay = this.#stays.get(token);
    const follower = this.stays.find(({ sessionId }) => this.#before.get(sessionId) === token);
    const ended = this.#endings.get(token);
    return { ...(stay ? { stay } : {}), ...(follower ? { follower } : {}), ...(ended ? { ended } : {}) };
  }

  incarnationOf(room?: RoomName): string {
    return !room || nameOf(room) === this.#firstRoom ? FIRST_ROOM : nameOf(room);
  }

  /** A client enters. */
  enter(user: Pick<FakeStay, 'userId' | 'role' | 'socket'> & { room: RoomName }): FakeStay {
    this.#firstRoom ??= nameOf(user.room);
    const room = this.incarnationOf(user.room);
    const earlier = this.find(user.userId, room);
    if (earlier) this.end(earlier, 'replaced');
    return this.begin({ ...user, room });
  }

  begin(init: Pick<FakeStay, 'userId' | 'role' | 'socket' | 'room'>, before?: FakeStay): FakeStay {
    const sessionId = `session-${this.nextId()}`;
    const stay: FakeStay = { ...init, sessionId, streams: [], said: new Map() };
    this.#stays.set(sessionId, stay);
    if (before) this.#before.set(sessionId, before.sessionId);
    this.announce('userEntered', { userId: stay.userId, sessionId }, stay.room);
    return stay;
  }

  /** By the server's word. */
  end(stay: FakeStay, reason: LeaveReason): void {
    this.tell(stay, 'ended', { reason }, { ack: true });
    this.remove(stay, reason);
    stay.socket?.close(CLOSE_CODES.ended);
  }

  remove(stay: FakeStay, reason: LeaveReason): void {
    const { userId, sessionId, room } = stay;
    this.#stays.delete(sessionId);
    this.#endings.set(sessionId, reason);
    // Whoever only knows the stay before learns how it ended, too.
    const before = this.#before.get(sessionId);
    if (before && LEAVE_REASONS[reason].terminal && reason !== 'replaced') this.#endings.set(before, reason);
    for (const { source, streamId } of stay.streams) {
      this.#onStreamEnded(streamId);
      this.announce('streamStopped', { userId, sessionId, source, streamId }, room);
    }
    const departed = { userId, sessionId, reason: LEAVE_REASONS[reason].peers ?? 0 };
    this.#departed.push({ ...departed, room });
    this.announce('userLeft', departed, room);
  }

  tell<N extends EventName>(
    { socket }: FakeStay,
    name: N,
    data: EventData<N>,
    how: { ack?: boolean } = {},
  ): void {
    const ack = how.ack ? { ack: this.nextId() } : {};
    if (socket) send(socket, { type: 'event', name, data, ...ack });
  }

  announce<N extends EventName>(
    name: N,
    data: EventData<N> & { userId: string },
    incarnation = FIRST_ROOM,
  ): void {
    const room = { incarnation, version: ++this.#version };
    for (const stay of this.#stays.values()) {
      if (stay.room !== incarnation || stay.userId === data.userId || !stay.socket) continue;
      send(stay.socket, { type: 'event', name, data, room });
    }
  }

  /** A message to the others in the room, unless it was passed on before. */
  pass(sender: FakeStay, message: RequestParams<'customMessage'>): void {
    const { cmdId, seq, reliable } = message;
    if (seq <= (sender.said.get(cmdId)?.seq ?? 0)) return;
    sender.said.set(cmdId, { seq, reliable });
    const { userId, sessionId, room } = sender;
    for (const stay of this.#stays.values()) {
      if (stay.room === room && stay !== sender)
        this.tell(stay, 'customMessage', { userId, sessionId, ...message });
    }
  }

  snapshot(stay: FakeStay): SnapshotMessage {
    const others = this.stays.filter((other) => other !== stay && other.room === stay.room);
    return {
      sessionId: stay.sessionId,
      resumeToken: stay.sessionId,
      incarnation: stay.room,
      version: this.#version,
      role: stay.role,
      members: others.map(({ userId, sessionId, streams }) => ({ userId, sessionId, streams })),
      ownStreams: stay.streams,
      blocked: stay.blocked ?? NOT_BLOCKED,
      messages: others.flatMap(({ userId, sessionId, said }) =>
        [...said].map(([cmdId, newest]) => ({ userId, sessionId, cmdId, ...newest })),
      ),
      left: this.#departed.filter(({ room }) => room === stay.room),
    };
  }
}

export function send(socket: ServerSocket, frame: ServerFrame): void {
  socket.send(JSON.stringify(frame));
}

function nameOf(room: RoomName): string {
  return JSON.stringify(room);
}
