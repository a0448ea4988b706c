import { EventEmitter } from 'node:events';
import { FakeClock, TypedEmitter, silentLog, type Log } from '@rotunda/base';
import { DEFAULT_TIMERS, roomKey, type ServerFrame, type SnapshotMessage } from '@rotunda/protocol';
import type { WebSocket } from 'ws';
import { AppRegistry } from '../auth/apps.ts';
import { Permissions } from '../auth/permissions.ts';
import { ResumeTokens } from '../auth/resume-token.ts';
import type { MediaMember, MediaMemberEvents, MediaService } from '../media/port.ts';
import { CrossRooms } from '../roomlog/cross-rooms.ts';
import { MemoryPresenceIndex } from '../roomlog/memory-presence.ts';
import { createMembership } from '../roomlog/membership.ts';
import { Sweeper } from '../roomlog/sweeper.ts';
import { ENDINGS_KEPT_MS } from '../store/endings-port.ts';
import { Connection } from './connection.ts';
import type { SignallingContext } from './context.ts';
import { Directory } from './directory.ts';
import { Endings } from './endings.ts';
import { EntryBlockedError, type EntryBlocks } from './entry-blocks.ts';
import { ForcedEnds } from './forced-ends.ts';
import { KeptStays } from './kept-stays.ts';
import { memoryEndings, memoryKeptStays } from './memory-stores.contract.ts';
import { ReturnRights } from './return-rights.ts';
import { SharedLog } from './shared-log.contract.ts';
import { SpeedTests } from './speed-tests.ts';
import { StayWriter } from './stay-writer.ts';

const SDK_APP_ID = 1_400_000_001;
const SWEEP_MS = 250;
export const ROOM = roomKey(SDK_APP_ID, { roomId: 7 });

type EventFrame = Extract<ServerFrame, { type: 'event' }>;
type Answer = Extract<ServerFrame, { type: 'response' | 'error' }>;

/** The server's end of a WebSocket, whose client is the test. */
export class FakeSocket extends EventEmitter {
  readonly frames: ServerFrame[] = [];
  bufferedAmount = 0;
  /** How the server closed it: a code, or the hard way. */
  closedBy: number | 'terminated' | null = null;

  send(text: string): void {
    this.frames.push(JSON.parse(text) as ServerFrame);
  }

  close(code: number): void {
    this.closedBy ??= code;
  }

  terminate(): void {
    this.closedBy ??= 'terminated';
  }

  /** The client sends a frame. */
  receive(frame: object): void {
    this.emit('message', Buffer.from(JSON.stringify(frame)), false);
  }
}

/** A client that answers pings and acknowledges ends, and takes facts as the SDK does: those newer than its snapshot. */
export class FakeClient {
  readonly socket = new FakeSocket();
  readonly connection: Connection;
  #nextId = 1;

  constructor(context: SignallingContext) {
    this.connection = new Connection(this.socket as unknown as WebSocket, context, {
      address: '127.0.0.1',
      userAgent: null,
    });
    context.clock.every(DEFAULT_TIMERS.heartbeat, () => this.socket.receive({ type: 'pong', n: 1 }));
  }

  request(method: string, params: object): number {
    const id = this.#nextId++;
    this.socket.receive({ type: 'request', id, method, params });
    return id;
  }

  enter(userId: string, over: object = {}): number {
    const rtpCapabilities = { codecs: [], headerExtensions: [] };
    const entry = { sdkAppId: SDK_APP_ID, userId, userSig: 'sig', room: { roomId: 7 }, scene: 0, role: 20 };
    return this.request('enter', { ...entry, rtpCapabilities, ...over });
  }

  resume({ resumeToken }: Pick<SnapshotMessage, 'resumeToken'>): number {
    const rtpCapabilities = { codecs: [], headerExtensions: [] };
    return this.request('resume', { resumeToken, userSig: 'sig', role: 20, rtpCapabilities });
  }

  switchRoom(roomId: number): number {
    const rtpCapabilities = { codecs: [], headerExtensions: [] };
    return this.request('switchRoom', { room: { roomId }, userSig: 'sig', rtpCapabilities });
  }

  hangUp(code = 1006): void {
    this.socket.emit('close', code);
  }

  answer(id: number): Answer | undefined {
    return this.socket.frames.find(
      (frame): frame is Answer => (frame.type === 'response' || frame.type === 'error') && frame.id === id,
    );
  }

  snapshot(id: number): SnapshotMessage {
    const answer = this.answer(id);
    if (answer?.type !== 'response') throw new Error(`no snapshot: ${JSON.stringify(answer)}`);
    return answer.result as SnapshotMessage;
  }

  get events(): EventFrame[] {
    return this.socket.frames.filter((frame): frame is EventFrame => frame.type === 'event');
  }

  /** Users that this client sees in the room, after the answer `id`: its snapshot and the facts since then. */
  sees(id: number): string[] {
    const { members, version } = this.snapshot(id);
    const users = new Set(members.map(({ userId }) => userId));
    for (const { name, data, room } of this.events) {
      if (!room || room.version <= version) continue;
      const { userId } = data as { userId: string };
      if (name === 'userEntered') users.add(userId);
      if (name === 'userLeft') users.delete(userId);
    }
    return [...users].toSorted();
  }
}

/** Media that has nothing to carry. */
function idleMedia(): MediaService {
  const member = (): MediaMember => ({
    events: new TypedEmitter<MediaMemberEvents>(),
    transports: { recv: {} } as MediaMember['transports'],
    openSend: () => Promise.reject(new Error('not here')),
    closeSend: () => undefined,
    connectTransport: () => Promise.resolve(),
    restartIce: () => Promise.reject(new Error('not here')),
    publish: ({ source }) => Promise.resolve({ streamId: `stream-${source}` }),
    unpublish: () => undefined,
    isPublishing: () => true,
    setMuted: () => Promise.resolve(),
    setBlocked: () => Promise.resolve(),
    subscribe: () => Promise.reject(new Error('not here')),
    resumeConsumer: () => Promise.resolve(),
    setLayer: () => Promise.resolve(),
    unsubscribe: () => undefined,
    stopReceiving: () => undefined,
    close: () => undefined,
  });
  return {
    routerRtpCapabilities: { codecs: [], headerExtensions: [] },
    join: () => Promise.resolve(member()),
    openSpeedPath: () => Promise.reject(new Error('not here')),
    counts: () => ({ workers: 1, routers: 0, transports: 0, producers: 0, consumers: 0 }),
    close: () => Promise.resolve(),
  };
}

/** Signalling as it is, over a log that is slow and fails, without sockets and media. Time stands still unless moved. */
export class SignallingWorld {
  readonly clock = new FakeClock();
  readonly log: SharedLog;
  readonly context: SignallingContext;
  /** What backends may do. */
  readonly forced: ForcedEnds;
  /** What the info lines of the log say, in order. */
  readonly lines: string[] = [];
  /** What keeps a user out of a room. */
  findBlock: EntryBlocks['find'] = () => null;
  /** How often the store can still be read; then every look fails. */
  storeReads = Infinity;
  /** Codes of refused entries. */
  readonly refusals: number[] = [];
  readonly #sweeper: Sweeper;
  #ids = 0;

  constructor(seed: number) {
    const { clock } = this;
    const timers = DEFAULT_TIMERS;
    const newId = (): string => `id-${++this.#ids}`;
    const log = (this.log = new SharedLog(seed));
    const presence = new MemoryPresenceIndex();
    const onDeadline = (at: number): void => this.#sweeper.wakeAt(at);
    const ids = { nodeId: 'node', newId };
    const told = { onDeadline, onAudienceChange: () => undefined };
    const membership = createMembership({ log, presence, clock, timers, ...ids, ...told });
    const endings = new Endings({ store: memoryEndings(() => this.#readStore()), clock, log: silentLog });
    const permissions = new Permissions({ apps: new AppRegistry([]), clock });
    const keptStore = memoryKeptStays(() => this.#readStore());
    const keptStays = new KeptStays({ store: keptStore, permissions, clock, log: silentLog });
    const quiet = { onStayEnded: () => undefined, log: this.#notebook() };
    this.forced = new ForcedEnds({ membership, endings });
    const crossRooms = new CrossRooms({ log, clock });
    const entryBlocks: Pick<EntryBlocks, 'find' | 'admit'> = {
      find: (key, userId) => this.findBlock(key, userId),
      admit: (key, userId) => {
        const block = this.findBlock(key, userId);
        if (block) throw new EntryBlockedError(block);
      },
    };
    this.context = {
      membership,
      crossRooms,
      media: idleMedia(),
      directory: new Directory({ roomLog: log, endings, keptStays, entryBlocks, clock, timers, ...quiet }),
      endings,
      keptStays,
      entryBlocks,
      writer: new StayWriter({ membership, clock, log: silentLog }),
      onObserved: () => undefined,
      measures: { take: () => undefined, close: async () => undefined },
      checkTicket: () => null,
      permissions,
      resumeTokens: new ResumeTokens({ secret: Buffer.alloc(32), clock, lifetimeMs: ENDINGS_KEPT_MS }),
      speedTests: new SpeedTests({ media: idleMedia(), checkTicket: () => null, clock, log: silentLog }),
      clock,
      returnRights: new ReturnRights({ clock, timers }),
      timers,
      iceServers: [],
      log: this.#notebook(),
      onEntryRefused: ({ code }) => void this.refusals.push(code),
      newId,
    };
    const sweeping = { log, presence, membership, crossRooms, clock };
    this.#sweeper = new Sweeper({ ...sweeping, intervalMs: SWEEP_MS, onError: () => undefined });
    this.#sweeper.start();
  }

  #readStore(): void {
    if (--this.storeReads < 0) throw new Error('the store cannot be reached');
  }

  #notebook(): Log {
    return { ...silentLog, info: (_fields, message) => void this.lines.push(message) };
  }

  client(): FakeClient {
    return new FakeClient(this.context);
  }

  /** Somebody is in the room, who answers pings. */
  async inRoom(
    userId: string,
    over: object = {},
  ): Promise<{ client: FakeClient; id: number; snapshot: SnapshotMessage }> {
    const client = this.client();
    const id = client.enter(userId, over);
    await this.pass();
    return { client, id, snapshot: client.snapshot(id) };
  }

  /** Time passes, and all that does not wait for time happens. */
  async pass(ms = 0, stepMs = SWEEP_MS): Promise<void> {
    await flush();
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs));
      await flush();
    }
  }

  /** Users in the room, as the log has it. */
  async members(key = ROOM): Promise<string[]> {
    const room = await this.log.read(key);
    return room.status === 'open' ? [...room.members.keys()].toSorted() : [];
  }

  close(): void {
    this.#sweeper.close();
    this.context.writer.close();
  }
}

/** Lets everything run that is not waiting for time. */
function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
