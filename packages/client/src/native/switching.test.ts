import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCSwitchRoomParam } from './params.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

const THERE = { roomId: 78 };
/** As the fake server calls the rooms. */
const HERE_NAME = 'first';
const THERE_NAME = JSON.stringify(THERE);

/** Alice captures camera and microphone in room 77, where Bob is; Carol is in room 78. */
async function alicesRoom({ role = 20 }: { role?: 20 | 21 } = {}) {
  const server = new FakeServer();
  server.addUser('bob', ['video', 'audio']);
  server.addUser('carol', ['video', 'audio'], THERE);
  const alice = createUser('alice', server);
  if (role === 20) alice.cloud.startLocalPreview(null);
  if (role === 20) alice.cloud.startLocalAudio();
  await alice.enter(1, role);
  alice.cloud.startRemoteView('bob', null, 0);
  await alice.fake.settle();
  alice.take();
  const stays = () => server.stays.filter(({ userId }) => userId === 'alice');
  return { ...alice, server, stays };
}

function there(over: Partial<TRTCSwitchRoomParam> = {}): TRTCSwitchRoomParam {
  return Object.assign(new TRTCSwitchRoomParam(THERE.roomId), over);
}

const CAROL = ['onRemoteUserEnterRoom carol', 'onUserVideoAvailable carol 1', 'onUserAudioAvailable carol 1'];

/** Without what depends on packets. */
function facts(lines: string[]): string[] {
  return lines.filter((line) => !line.includes('First'));
}

describe('switchRoom', () => {
  it('moves an anchor with what it sends, and never lets go of a device', async () => {
    const { cloud, fake, take, stays } = await alicesRoom();
    const before = [...fake.devices.live];
    const preview = [...fake.playback.pictures].find(({ trackId }) =>
      before.some(({ id }) => id === trackId),
    );
    cloud.switchRoom(there());
    await fake.settle();
    expect(facts(take())).toEqual(['onSwitchRoom 0 ', ...CAROL]);
    expect(before).toHaveLength(2);
    expect([...fake.devices.live]).toEqual(before);
    expect(fake.devices.requests).toBe(2);
    expect(fake.playback.pictures.has(preview!)).toBe(true);
    const [stay, ...others] = stays();
    expect(others).toEqual([]);
    expect(stay?.room).toBe(THERE_NAME);
    expect(stay?.streams.map(({ source }) => source).toSorted()).toEqual(['audio', 'video']);
    expect(fake.engines.openTransports).toBe(2);
  });

  it('takes nothing along of those who were in the old room, and shows who is in the new one', async () => {
    const { cloud, fake, take } = await alicesRoom();
    cloud.startRemoteView('carol', null, 0);
    cloud.switchRoom(there());
    await fake.settle();
    await fake.advance(200);
    expect(take()).toContain('onFirstAudioFrame carol');
    expect(fake.playback.sounds.size).toBe(1);
    // The own preview and Carol; Bob's is gone.
    expect(fake.playback.pictures.size).toBe(2);
    fake.server.startStream('bob', 'sub');
    fake.server.end('bob', 'exited');
    await fake.settle();
    expect(facts(take())).toEqual([]);
  });

  it('keeps what was said of users who were not met yet, and of everybody', async () => {
    const { cloud, fake, server } = await alicesRoom();
    server.addUser('dave', ['audio', 'video'], THERE);
    const heard = (): number => fake.playback.sounds.size;
    // Without the own preview.
    const seen = (): number => [...fake.playback.pictures].filter(({ paused }) => !paused).length - 1;
    for (const userId of ['carol', 'dave']) cloud.startRemoteView(userId, null, 0);
    for (const userId of ['bob', 'carol']) {
      cloud.muteRemoteAudio(userId, true);
      cloud.muteRemoteVideoStream(userId, true, 0);
    }
    cloud.switchRoom(there());
    await fake.settle();
    expect([heard(), seen()], 'Dave').toEqual([1, 1]);
    cloud.muteAllRemoteAudio(true);
    cloud.muteAllRemoteVideoStreams(true);
    cloud.switchRoom(new TRTCSwitchRoomParam(77));
    await fake.settle();
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    expect([heard(), seen()], 'nobody').toEqual([0, 0]);
    cloud.muteAllRemoteAudio(false);
    cloud.muteAllRemoteVideoStreams(false);
    await fake.settle();
    expect([heard(), seen()], 'Bob').toEqual([1, 1]);
  });

  it('forgets what was said of those who were in the old room', async () => {
    const { cloud, fake } = await alicesRoom();
    cloud.muteRemoteAudio('bob', true);
    cloud.setRemoteAudioVolume('bob', 10);
    cloud.muteRemoteVideoStream('bob', true, 0);
    cloud.switchRoom(there());
    cloud.switchRoom(new TRTCSwitchRoomParam(77));
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    expect([...fake.playback.sounds.values()]).toEqual([100]);
    expect([...fake.playback.pictures].map(({ paused }) => paused)).toEqual([false, false]);
  });

  it('as audience receives the new room and captures nothing', async () => {
    const { cloud, fake, take, stays } = await alicesRoom({ role: 21 });
    cloud.switchRoom(there());
    await fake.settle();
    expect(facts(take())).toEqual(['onSwitchRoom 0 ', ...CAROL]);
    expect(stays()).toMatchObject([{ room: THERE_NAME, role: 21, streams: [] }]);
    expect(fake.devices.requests).toBe(0);
    expect(fake.engines.openTransports).toBe(1);
  });

  it('uses the ticket of the entry unless there is another one, from then on', async () => {
    const { cloud, fake, server } = await alicesRoom();
    const tickets = (method: string): unknown[] =>
      server.received.filter((frame) => frame.method === method).map(({ params }) => params);
    cloud.switchRoom(there());
    await fake.settle();
    cloud.switchRoom(new TRTCSwitchRoomParam(79, '', 'newer ticket', 'permit'));
    await fake.settle();
    expect(tickets('switchRoom')).toMatchObject([
      { room: THERE, userSig: 'ticket' },
      { room: { roomId: 79 }, userSig: 'newer ticket', privateMapKey: 'permit' },
    ]);
    expect(tickets('switchRoom')[0]).not.toHaveProperty('privateMapKey');
    fake.network.breakAll();
    await fake.advance(2_000);
    expect(tickets('resume')).toMatchObject([{ userSig: 'newer ticket' }]);
  });

  it('goes through several rooms in the order asked, and back again', async () => {
    const { cloud, fake, take, stays } = await alicesRoom();
    cloud.switchRoom(there());
    cloud.switchRoom(new TRTCSwitchRoomParam(77));
    await fake.settle();
    expect(facts(take())).toEqual([
      'onSwitchRoom 0 ',
      ...CAROL,
      'onSwitchRoom 0 ',
      'onRemoteUserEnterRoom bob',
      'onUserVideoAvailable bob 1',
      'onUserAudioAvailable bob 1',
    ]);
    expect(stays()).toMatchObject([{ room: HERE_NAME }]);
  });

  it('finishes a change of role that waits, in the new room', async () => {
    const { cloud, fake, take, stays } = await alicesRoom({ role: 21 });
    cloud.switchRoom(there());
    cloud.switchRole(20);
    await fake.settle();
    expect(facts(take())).toContain('onSwitchRole 0 ');
    expect(stays()).toMatchObject([{ room: THERE_NAME, role: 20 }]);
  });

  it('sends no message of the old room to the new one', async () => {
    const { cloud, fake, server } = await alicesRoom();
    server.ignored.add('customMessage');
    cloud.sendCustomCmdMsg(1, 'for Bob', true, true);
    await fake.settle();
    cloud.switchRoom(there());
    await fake.settle();
    const sent = server.requests.filter((method) => method === 'customMessage');
    expect(sent).toHaveLength(1);
    fake.network.breakAll();
    await fake.advance(2_000);
    expect(server.requests.filter((method) => method === 'customMessage')).toEqual(sent);
  });
});

describe('a switch that is refused', () => {
  it.each([
    ['nothing', null, -3316],
    ['no room', { roomId: 0 }, -3318],
    ['a room id that is none', { roomId: -1 }, -3318],
    ['a ticket that is none', { userSig: 7 }, -3320],
    ['a permit that is none', { privateMapKey: 7 }, -100006],
  ])('with %s is told at once, and nothing is asked', async (_case, over, code) => {
    const { cloud, fake, take, server } = await alicesRoom();
    cloud.switchRoom(over === null ? (null as never) : there(over as never));
    await fake.settle();
    expect(take()).toEqual([expect.stringMatching(new RegExp(`^onSwitchRoom ${code} `))]);
    expect(server.requests).not.toContain('switchRoom');
  });

  it('outside of a room is told, too', async () => {
    const alice = createUser('alice');
    alice.cloud.switchRoom(there());
    expect(alice.take(), 'never out of the call itself').toEqual([]);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onSwitchRoom -3 …']);
  });

  it('lets the stay go on as it was, also with what began meanwhile', async () => {
    const { cloud, fake, take, server, stays } = await alicesRoom();
    server.refusals.set('switchRoom', { code: -102052, message: 'full' });
    cloud.switchRoom(there());
    cloud.stopLocalAudio();
    cloud.startRemoteView('bob', null, 2);
    server.startStream('bob', 'sub');
    expect(cloud.sendCustomCmdMsg(1, 'to whom?', true, true)).toBe(false);
    await fake.settle();
    expect(cloud.sendCustomCmdMsg(1, 'to those here', true, true)).toBe(true);
    expect(facts(take())).toEqual(['onUserSubStreamAvailable bob 1', 'onSwitchRoom -102052 full']);
    expect(stays()).toMatchObject([{ room: HERE_NAME, streams: [{ source: 'video' }] }]);
    expect(fake.playback.pictures.size, 'the preview, and camera and screen of Bob').toBe(3);
    server.refusals.clear();
    cloud.switchRoom(there());
    await fake.settle();
    expect(facts(take())).toEqual(['onSwitchRoom 0 ', ...CAROL]);
  });

  it('when the old room has been left ends the stay', async () => {
    const alice = await alicesRoom();
    alice.server.turnsAway = { code: -102052, message: 'full' };
    alice.cloud.switchRoom(there());
    await alice.fake.settle();
    expect(alice.take()).toEqual([
      'onSwitchRoom -102052 …',
      expect.stringMatching(/^onError -102052/),
      'onExitRoom 3',
    ]);
    expect(alice.fake.devices.live).toHaveLength(0);
    await alice.fake.advance(1_000);
    expectNothingLeft(alice);
  });
});

describe('a switch that is interrupted', () => {
  it('by the end of the stay tells that and nothing else', async () => {
    const alice = await alicesRoom();
    alice.server.ignored.add('switchRoom');
    alice.cloud.switchRoom(there());
    await alice.fake.settle();
    alice.server.end('alice', 'removed');
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 1']);
    expectNothingLeft(alice);
  });

  it('by a removal that the answer tells ends the stay in that way', async () => {
    const alice = await alicesRoom();
    alice.server.refusals.set('switchRoom', { code: -3301, message: 'over', ended: 'dismissed' });
    alice.cloud.switchRoom(there());
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onExitRoom 2']);
    expectNothingLeft(alice);
  });

  it('by exitRoom leaves whichever room it is', async () => {
    const { steps } = await exitAt(null);
    expect(steps).toBeGreaterThan(3);
    for (let at = 0; at < steps; at++) {
      const { alice } = await exitAt(at);
      const told = facts(alice.take()).filter((line) => !line.includes('carol'));
      expect(
        told.filter((line) => line !== 'onSwitchRoom 0 '),
        `step ${at}`,
      ).toEqual(['onExitRoom 0']);
      expect(alice.stays(), `step ${at}`).toEqual([]);
      expectNothingLeft(alice);
    }
  });

  it('by a lost link is finished when that is back, whatever the server did of it', async () => {
    const { steps } = await cutAt(null);
    const methods = new Set<string>();
    for (let at = 0; at < steps; at++) {
      const { alice } = await cutAt(at);
      const told = facts(alice.take());
      expect(
        told.filter((line) => /Switch|Exit|Enter|carol 1/.test(line)),
        `step ${at}`,
      ).toEqual(['onSwitchRoom 0 ', ...CAROL]);
      expect(count(told, 'onConnectionLost'), `step ${at}`).toBe(count(told, 'onConnectionRecovery'));
      expect(alice.stays(), `step ${at}`).toMatchObject([{ room: THERE_NAME }]);
      expect(alice.stays()[0]!.streams, `step ${at}`).toHaveLength(2);
      expect(alice.fake.devices.requests, `step ${at}`).toBe(2);
      for (const method of alice.server.requests) methods.add(method);
    }
    expect([...methods], 'asked again, and entered where it had been done').toEqual(
      expect.arrayContaining(['resume', 'switchRoom', 'enter']),
    );
  });

  it('by a lost link, after which the new room turns the user away, ends the stay', async () => {
    const alice = await alicesRoom();
    breakAfterSwitch(alice);
    alice.server.refusals.set('enter', { code: -102052, message: 'full' });
    alice.cloud.switchRoom(there());
    await alice.fake.advance(2_000);
    expect(facts(alice.take())).toEqual([
      'onConnectionLost',
      'onTryToReconnect',
      'onConnectionRecovery',
      'onSwitchRoom -102052 full',
      'onError -102052 full',
      'onExitRoom 3',
    ]);
    expect(alice.stays(), 'nor does it remain in the room that it was let in before').toEqual([]);
    await alice.fake.advance(1_000);
    expectNothingLeft(alice);
  });

  it('by a lost link, and a removal from the new room meanwhile, does not return', async () => {
    const alice = await alicesRoom();
    breakAfterSwitch(alice);
    alice.cloud.switchRoom(there());
    await alice.fake.settle();
    alice.server.end('alice', 'removed');
    await alice.fake.advance(2_000);
    expect(facts(alice.take())).toEqual(['onConnectionLost', 'onTryToReconnect', 'onExitRoom 1']);
    expect(alice.stays()).toEqual([]);
    expectNothingLeft(alice);
  });
});

type Alice = Awaited<ReturnType<typeof alicesRoom>>;

function count(lines: string[], line: string): number {
  return lines.filter((other) => other === line).length;
}

/** The server carries the switch out, and the link breaks before its answer arrives. */
function breakAfterSwitch({ fake, server }: Alice): void {
  fake.gates.onStep(() => {
    if (!server.requests.includes('switchRoom')) return;
    fake.gates.onStep(null);
    fake.network.breakAll();
  });
}

async function during(at: number | null, happens: (alice: Alice) => void, after: number) {
  const alice = await alicesRoom();
  const first = alice.fake.gates.count;
  alice.fake.gates.onStep((index) => {
    if (at !== null && index === first + at) happens(alice);
  });
  alice.cloud.switchRoom(there());
  await alice.fake.settle();
  const steps = alice.fake.gates.count - first;
  await alice.fake.advance(after);
  return { alice, steps };
}

function exitAt(at: number | null) {
  return during(at, ({ cloud }) => cloud.exitRoom(), 2_000);
}

function cutAt(at: number | null) {
  return during(at, ({ fake }) => fake.network.breakAll(), 5_000);
}
