import type { LeaveReason } from '@rotunda/protocol';
import { expect, vi } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { RoomClient } from './room-client.ts';
import type { RoomClientEvents } from './room-events.ts';

const RENDER = { fit: 'contain', mirror: false, rotation: 0 } as const;

/** One client in one room, and everything that it told. */
export class Run {
  readonly fake: FakePlatform;
  readonly client: RoomClient;
  /** Every event, in order: its name and what came with it. */
  readonly told: readonly (readonly [keyof RoomClientEvents, ...unknown[]])[];
  readonly exited: RoomClientEvents['exited'][0][] = [];
  readonly entered: number[] = [];
  readonly enterFailed: number[] = [];
  /** Live tracks, open transports, audio graphs and recorders, at each `exited`. */
  readonly openAtExit: {
    readonly tracks: number;
    readonly transports: number;
    readonly graphs: number;
    readonly recorders: number;
  }[] = [];
  /** How often a recording has begun, and how often it was said to be finished, before each `exited` and in the end. */
  readonly recordings = { began: 0, completed: 0, openAtExit: 0 };
  /** Tracks that the client had and that were live when the server heard of the end. A capture may still be on its way then. */
  readonly liveAtAcknowledge: number[] = [];
  /** How often the application left when there was nothing to leave. */
  exitsOutside = 0;
  toldBeforeDestroy = 0;
  /** The application left before anything else ended the stay. */
  leftFirst = false;
  /** The server ended a stay that it knew, and the application had not left. */
  forcedOut = false;

  constructor(seed: number) {
    this.fake = new FakePlatform(new FakeServer(), seed);
    this.fake.server.addUser('bob', ['video', 'audio']);
    this.fake.server.addUser('carol', ['video', 'audio'], { roomId: 2 });
    this.fake.server.onAck = () => this.liveAtAcknowledge.push(this.heldTracks);
    this.client = new RoomClient({
      platform: this.fake.platform,
      capture: 'release',
      remoteRender: { video: RENDER, sub: RENDER },
    });
    this.told = vi.spyOn(this.client.events, 'emit').mock.calls;
    const { events } = this.client.recordings.local;
    events.on('began', (_path, problem) => {
      if (!problem) this.recordings.began++;
    });
    events.on('completed', () => this.recordings.completed++);
    this.client.events.on('entered', (ms) => this.entered.push(ms));
    this.client.events.on('enterFailed', ({ code }) => this.enterFailed.push(code));
    this.client.events.on('exited', (end) => {
      const { engines, audio, recording } = this.fake;
      const { liveTracks: tracks } = this;
      this.openAtExit.push({
        tracks,
        transports: engines.openTransports,
        graphs: audio.openGraphs,
        recorders: recording.open,
      });
      this.recordings.openAtExit += this.recordings.began - this.recordings.completed;
      this.exited.push(end);
    });
  }

  /** Captured ones, and those that are drawn from them. */
  get liveTracks(): number {
    return this.fake.devices.live.length + this.fake.pictures.drawn;
  }

  /** The same without what has not arrived yet, and is stopped when it does. */
  get heldTracks(): number {
    const { devices, pictures } = this.fake;
    return devices.live.filter(({ arrived }) => arrived).length + pictures.drawn;
  }

  enter(): void {
    this.client.enter({
      sdkAppId: 1,
      userId: 'alice',
      userSig: 'ticket',
      room: { roomId: 1 },
      scene: 1,
      role: 20,
    });
  }

  exit(): void {
    if (this.client.state === 'outside') this.exitsOutside++;
    else if (!this.forcedOut) this.leftFirst = true;
    void this.client.exit();
  }

  /** With `cut` the client hears of it only if it knows of the stay, and asks. */
  forceOut(reason: LeaveReason, { cut = false }: { cut?: boolean } = {}): void {
    if (cut) this.fake.network.breakAll();
    const entered = this.entered.length > 0 || !cut;
    const known = entered && this.fake.server.stays.some(({ userId }) => userId === 'alice');
    if (known && !this.leftFirst) this.forcedOut = true;
    this.fake.server.end('alice', reason);
  }

  /** Nothing may be told from here on. */
  destroy(): void {
    this.client.close();
    this.toldBeforeDestroy = this.told.length;
  }

  async inRoom(): Promise<void> {
    this.enter();
    await this.fake.settle();
    expect(this.client.state).toBe('inRoom');
  }
}
