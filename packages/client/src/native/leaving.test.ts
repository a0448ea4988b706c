import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

describe('leaving', () => {
  it('releases everything at once and tells last', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    alice.take();
    alice.cloud.exitRoom();
    expect(alice.told).toEqual([]);
    expect(alice.fake.devices.live).toHaveLength(0);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0']);
    expect(alice.fake.server.stays).toHaveLength(0);
    expectNothingLeft(alice);
  });

  it('waits for a camera that is still being opened, and stops it before onExitRoom', async () => {
    const alice = createUser('alice');
    await alice.enter();
    const open = alice.fake.gates.hold('open video');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).not.toContain('onExitRoom 0');
    open();
    await alice.fake.settle();
    expect(alice.fake.devices.tracks).toHaveLength(1);
    expect(alice.fake.devices.live).toHaveLength(0);
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });

  it('does not wait for a camera for longer than the budget of an exit, and stops it when it arrives', async () => {
    const alice = createUser('alice');
    await alice.enter();
    const open = alice.fake.gates.hold('open video');
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.cloud.exitRoom();
    await alice.fake.advance(1_100);
    expect(alice.take().at(-1)).toBe('onExitRoom 0');
    open();
    await alice.fake.settle();
    expect(alice.fake.devices.tracks).toHaveLength(1);
    expect(alice.fake.devices.live).toHaveLength(0);
    expect(alice.take()).toEqual([]);
  });

  it('is answered each time outside of a room, and once for two calls inside', async () => {
    const alice = createUser('alice');
    alice.cloud.exitRoom();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0', 'onExitRoom 0']);
    await alice.enter();
    alice.take();
    alice.cloud.exitRoom();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });

  it('outside of a room lets nothing begin before onExitRoom', async () => {
    const alice = createUser('alice');
    alice.cloud.exitRoom();
    alice.cloud.enterRoom(alice.params(), 0);
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    expect(alice.take()).toEqual([
      'onEnterRoom -3340',
      expect.stringMatching(/^onError -3340/),
      expect.stringMatching(/^onError -1301/),
      'onExitRoom 0',
    ]);
    expect(alice.fake.devices.tracks).toHaveLength(0);
    await alice.enter();
    expect(alice.take()).toEqual([expect.stringMatching(/^onEnterRoom \d+$/)]);
  });

  it('cancels an entry without an error', async () => {
    const alice = createUser('alice');
    alice.cloud.enterRoom(alice.params(), 0);
    alice.cloud.exitRoom();
    expect(alice.told).toEqual([]);
    await alice.fake.advance(1_100);
    expect(alice.take()).toEqual(['onEnterRoom -3340', 'onExitRoom 0']);
    expect(alice.fake.server.stays).toHaveLength(0);
    expectNothingLeft(alice);
  });

  it('waits no longer than its budget for a silent server, then goes on telling it', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.network.state = 'cut';
    alice.fake.page.status = 0;
    alice.cloud.exitRoom();
    await alice.fake.advance(900);
    expect(alice.take()).toHaveLength(1);
    await alice.fake.advance(200);
    expect(alice.take()).toEqual(['onExitRoom 0']);
    expect(alice.fake.server.stays).toHaveLength(1);
    alice.fake.page.status = 204;
    await alice.fake.advance(4_000);
    expect(alice.fake.server.stays).toHaveLength(0);
    expectNothingLeft(alice);
  });

  it('stops telling an unreachable server once the stay is given up there', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.network.state = 'cut';
    alice.fake.page.status = 0;
    alice.cloud.exitRoom();
    await alice.fake.advance(16_000);
    expectNothingLeft(alice);
  });

  it('can enter again from within onExitRoom', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.once('onExitRoom', () => alice.cloud.enterRoom(alice.params(), 0));
    alice.take();
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0', expect.stringMatching(/^onEnterRoom \d+$/)]);
  });

  it('sends a beacon when the page goes', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.page.go();
    expect(alice.fake.page.beacons).toEqual([
      {
        url: 'http://rotunda.test/v1/leave',
        body: expect.stringContaining('"cause":"pageClosed"') as string,
      },
    ]);
  });

  it('names its stay in that beacon by the newest token, and sends none once it leaves', async () => {
    const alice = createUser('alice');
    await alice.enter();
    const { page, server } = alice.fake;
    server.tell('alice', 'resumeToken', { resumeToken: 'newest' });
    await alice.fake.settle();
    page.go();
    expect(page.beacons.map(({ body }) => body)).toEqual(['{"resumeToken":"newest","cause":"pageClosed"}']);
    alice.cloud.exitRoom();
    expect(page.held).toBe(0);
  });

  it('destroy leaves in silence', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.take();
    alice.cloud.destroy();
    expect(alice.fake.devices.live).toHaveLength(0);
    await alice.fake.settle();
    expect(alice.told).toEqual([]);
    expect(alice.fake.server.stays).toHaveLength(0);
    expectNothingLeft(alice);
  });
});

/** Alice does something outside of rooms and calls `exitRoom`. How many streams of Bob she receives in a room then, and with his picture. */
async function receivedAfterExit(
  before: (alice: ReturnType<typeof createUser>) => void | Promise<void>,
): Promise<number[]> {
  const server = new FakeServer();
  server.addUser('bob', ['video', 'audio']);
  const alice = createUser('alice', server);
  await before(alice);
  alice.cloud.exitRoom();
  await alice.fake.settle();
  await alice.enter();
  const received = server.consumers.size;
  alice.cloud.startRemoteView('bob', null, 0);
  await alice.fake.settle();
  return [received, server.consumers.size];
}

describe('exitRoom outside of a room', () => {
  it('takes back what was said of the others, as in one', async () => {
    const received = await receivedAfterExit(({ cloud }) => {
      cloud.startRemoteView('bob', null, 0);
      cloud.muteAllRemoteAudio(true);
      cloud.muteAllRemoteVideoStreams(true);
    });
    expect(received, 'the sound, then the picture too').toEqual([1, 2]);
  });

  it('after a refused entry, too, whether it was said before or after', async () => {
    const received = await receivedAfterExit(async ({ fake, cloud, enter, take }) => {
      fake.server.refusals.set('enter', { code: -100006, message: 'no permission' });
      cloud.startRemoteView('bob', null, 0);
      cloud.muteAllRemoteVideoStreams(true);
      await enter();
      expect(take()).toEqual(['onEnterRoom -100006', 'onError -100006 …']);
      fake.server.refusals.clear();
      cloud.muteAllRemoteAudio(true);
    });
    expect(received).toEqual([1, 2]);
  });
});

describe('forced ends', () => {
  it('let nothing begin and nothing end anew between their error and onExitRoom', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.once('onError', () => {
      alice.cloud.enterRoom(alice.params(), 0);
      alice.cloud.exitRoom();
    });
    alice.take();
    alice.fake.server.end('alice', 'replaced');
    await alice.fake.settle();
    expect(alice.take()).toEqual([
      'onError -102018 …',
      'onEnterRoom -3340',
      expect.stringMatching(/^onError -3340/),
      'onExitRoom 1',
    ]);
    expect(alice.fake.server.stays).toHaveLength(0);
  });

  it('answer what is asked for within their error before onExitRoom', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.on('onLocalRecordBegin', (code) => alice.told.push(`onLocalRecordBegin ${code}`));
    alice.cloud.once('onError', () => {
      alice.cloud.startLocalPreview(null);
      alice.cloud.startLocalRecording({ filePath: 'call.webm' });
    });
    alice.take();
    alice.fake.server.end('alice', 'replaced');
    await alice.fake.settle();
    const told = alice.take();
    expect(told.slice(1, -1).toSorted()).toEqual(['onError -1301 …', 'onLocalRecordBegin -1']);
    expect([told[0], told.at(-1)]).toEqual(['onError -102018 …', 'onExitRoom 1']);
  });

  it('tell of a camera that could not be opened just before them, and then of themselves', async () => {
    // However many turns of promises the failure is ahead.
    for (let ahead = 0; ahead < 20; ahead++) {
      const alice = createUser('alice');
      await alice.enter();
      alice.take();
      alice.fake.devices.failWith = 'NotReadableError';
      const fail = alice.fake.gates.hold('open video');
      alice.cloud.startLocalPreview(null);
      await alice.fake.settle();
      fail();
      for (let turn = 0; turn < ahead; turn++) await Promise.resolve();
      alice.fake.server.end('alice', 'removed');
      await alice.fake.settle();
      expect(alice.take().at(-1), `${ahead} turns ahead`).toBe('onExitRoom 1');
    }
  });

  it.each([
    ['removed', ['onExitRoom 1']],
    ['dismissed', ['onExitRoom 2']],
    ['replaced', ['onError -102018 …', 'onExitRoom 1']],
    ['permissionLost', ['onError -100006 …', 'onExitRoom 1']],
    ['serverFault', ['onExitRoom 3']],
  ] as const)('%s: devices first, then the callback, acknowledged', async (reason, expected) => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.take();
    const live: number[] = [];
    alice.cloud.on('onExitRoom', () => live.push(alice.fake.devices.live.length));
    alice.fake.server.end('alice', reason);
    await alice.fake.settle();
    expect(alice.take()).toEqual(expected);
    expect(live).toEqual([0]);
    expect(alice.fake.server.acks).toHaveLength(1);
    expectNothingLeft(alice);
    alice.cloud.exitRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });
});
