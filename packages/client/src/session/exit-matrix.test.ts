import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { RoomClient, type RoomClientEvents } from './room-client.ts';

/**
 * Every way out of a room, at every point where the client waits for something, while it enters, changes its role, publishes
 * or leaves already. The fakes count those points; each combination runs once per point.
 */

const RENDER = { fit: 'contain', mirror: false, rotation: 0 } as const;

class Run {
  readonly fake = new FakePlatform(new FakeServer());
  readonly client: RoomClient;
  readonly exited: RoomClientEvents['exited'][0][] = [];
  readonly entered: number[] = [];
  readonly enterFailed: number[] = [];
  /** Live tracks at each `exited`. */
  readonly liveAtExit: number[] = [];

  constructor() {
    this.fake.server.addUser('bob', ['video', 'audio']);
    this.client = new RoomClient({
      platform: this.fake.platform,
      capture: 'release',
      remoteRender: { video: RENDER, sub: RENDER },
    });
    this.client.events.on('entered', (ms) => this.entered.push(ms));
    this.client.events.on('enterFailed', ({ code }) => this.enterFailed.push(code));
    this.client.events.on('exited', (end) => {
      this.liveAtExit.push(this.fake.devices.live.length);
      this.exited.push(end);
    });
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

  async inRoom(): Promise<void> {
    this.enter();
    await this.fake.settle();
    expect(this.client.state).toBe('inRoom');
  }
}

interface Activity {
  /** Not disturbed. */
  prepare(run: Run): Promise<void>;
  /** What the client is doing when the exit comes. */
  act(run: Run): void;
}

const ACTIVITIES: Record<string, Activity> = {
  enter: {
    prepare: () => Promise.resolve(),
    act: (run) => {
      void run.client.local.start('audio');
      run.enter();
    },
  },
  switchRole: {
    prepare: async (run) => {
      await run.inRoom();
      void run.client.local.start('video');
      await run.fake.settle();
    },
    act: (run) => {
      void run.client.switchRole({ role: 21 });
      void run.client.switchRole({ role: 20 });
    },
  },
  publish: {
    prepare: (run) => run.inRoom(),
    act: (run) => {
      void run.client.local.start('video');
      void run.client.local.start('audio');
      run.client.views.start({ userId: 'bob', source: 'video', layer: 'big' }, []);
    },
  },
  exit: {
    prepare: async (run) => {
      await run.inRoom();
      void run.client.local.start('video');
      await run.fake.settle();
    },
    act: (run) => void run.client.exit(),
  },
};

/** The ways out. */
const EXITS: Record<string, (run: Run) => void> = {
  exitRoom: (run) => void run.client.exit(),
  removed: (run) => run.fake.server.end('alice', 'removed'),
  dismissed: (run) => run.fake.server.end('alice', 'dismissed'),
  replaced: (run) => run.fake.server.end('alice', 'replaced'),
  cut: (run) => {
    run.fake.server.refusals.set('resume', { code: -3301, message: 'no way back' });
    run.fake.network.breakAll();
  },
  destroy: (run) => run.client.close(),
};

/** Runs an activity with an exit at step `at`, counted from the beginning of the activity; null: never. */
async function runOnce(
  activity: string,
  exit: string,
  at: number | null,
): Promise<{ run: Run; steps: number }> {
  const run = new Run();
  await ACTIVITIES[activity]?.prepare(run);
  const first = run.fake.gates.count;
  let happened = false;
  run.fake.gates.onStep((index) => {
    if (happened || at === null || index !== first + at) return;
    happened = true;
    EXITS[exit]?.(run);
  });
  ACTIVITIES[activity]?.act(run);
  await run.fake.settle();
  const steps = run.fake.gates.count - first;
  run.fake.gates.onStep(null);
  return { run, steps };
}

/** Lets everything come to its end; a stay that survived the exit (it came before there was one) is left. */
async function finish(run: Run, exit: string): Promise<void> {
  await run.fake.advance(8_000);
  if (exit !== 'destroy' && run.client.state !== 'outside') {
    void run.client.exit();
    await run.fake.advance(2_000);
  }
  await run.fake.advance(16_000);
}

function expectNothingLeft(run: Run, label: string): void {
  const { fake } = run;
  const left = {
    state: run.client.state,
    timers: fake.clock.pending,
    sockets: fake.network.openSockets,
    requests: run.client.pendingRequests,
    transports: fake.engines.openTransports,
    pageListeners: fake.page.listeners,
    pictures: fake.playback.pictures.size,
    sounds: fake.playback.sounds.size,
    stays: fake.server.stays.filter(({ userId }) => userId === 'alice').length,
  };
  expect(left, label).toEqual({
    state: 'outside',
    timers: 0,
    sockets: 0,
    requests: 0,
    transports: 0,
    pageListeners: 0,
    pictures: 0,
    sounds: 0,
    stays: 0,
  });
}

function expectOneEnd(run: Run, exit: string, label: string): void {
  const stays = run.entered.length + run.enterFailed.length;
  if (exit === 'destroy') {
    // A destroyed client says nothing more, and captures nothing more.
    expect(run.fake.devices.live.length, label).toBe(0);
    expect(run.exited.length, label).toBeLessThanOrEqual(run.entered.length);
    return;
  }
  expect(stays, `${label}: the entry was answered once`).toBe(1);
  expect(run.exited.length, `${label}: one end per stay`).toBe(exitsExpected(run, exit));
  for (const live of run.liveAtExit) expect(live, `${label}: live tracks at onExitRoom`).toBe(0);
}

/** A second `exit` after a stay had ended is answered too: it was not in a room any more. */
function exitsExpected(run: Run, exit: string): number {
  const answered = exit === 'exitRoom' && run.exited.length === 2 ? 2 : 1;
  return run.entered.length === 0 && run.enterFailed[0] !== -3340 ? run.exited.length : answered;
}

describe.each(Object.keys(ACTIVITIES))('during %s', (activity) => {
  it.each(Object.keys(EXITS))('%s at every step ends the stay once and leaves nothing', async (exit) => {
    const { steps } = await runOnce(activity, exit, null);
    expect(steps).toBeGreaterThan(1);
    for (let at = 0; at < steps; at++) {
      const label = `${activity} × ${exit} at step ${at}`;
      const { run } = await runOnce(activity, exit, at);
      await finish(run, exit);
      expectOneEnd(run, exit, label);
      expectNothingLeft(run, label);
      const { requests } = run.fake.devices;
      await run.fake.advance(1_000);
      expect(run.fake.devices.requests, `${label}: no capture starts afterwards`).toBe(requests);
      expect(run.fake.devices.live.length, label).toBe(0);
    }
  });
});
