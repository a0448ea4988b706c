import { describe, expect, it } from 'vitest';
import { TRTC_TIMERS } from '@rotunda/protocol';
import { FakeServer } from '../testing/fake-server.ts';
import { createUser, expectNothingLeft } from './user.contract.ts';

describe('a lost link', () => {
  it('comes back in time with the same transports, and tells what changed', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['audio']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.cloud.startLocalAudio();
    await alice.fake.advance(300);
    alice.take();
    const transportId = alice.fake.engines.last.transportId('send');
    alice.fake.network.breakAll();
    expect(alice.take()).toEqual(['onConnectionLost']);
    server.addUser('carol', ['video']);
    server.end('bob', 'exited');
    await alice.fake.advance(900);
    expect(alice.take()).toEqual([]);
    await alice.fake.advance(200);
    expect(alice.take()).toEqual([
      'onTryToReconnect',
      'onConnectionRecovery',
      'onUserAudioAvailable bob 0',
      'onRemoteUserLeaveRoom bob 0',
      'onRemoteUserEnterRoom carol',
      'onUserVideoAvailable carol 1',
    ]);
    expect(alice.fake.engines.last.transportId('send')).toBe(transportId);
    expect(server.requests.filter((method) => method === 'publish')).toHaveLength(1);
  });

  it('does not keep a camera from being muted; the server hears of it when it is back', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.advance(300);
    alice.fake.network.breakAll();
    alice.cloud.muteLocalVideo(true);
    await alice.fake.settle();
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(true);
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ muted: false }]);
    await alice.fake.advance(1_500);
    expect(alice.take()).toContain('onConnectionRecovery');
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ muted: true }]);
    alice.fake.network.breakAll();
    alice.cloud.muteLocalVideo(false);
    await alice.fake.advance(1_500);
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ muted: false }]);
    expect(alice.fake.engines.last.sent.get('video')?.muted).toBe(false);
    expect(alice.take().filter((line) => line.startsWith('onError'))).toEqual([]);
  });

  it('is noticed after four seconds of silence, and publishes again on new transports', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    alice.take();
    alice.fake.server.keptTransports = 'none';
    alice.fake.network.state = 'cut';
    await alice.fake.advance(5_200);
    expect(alice.take()).toEqual(['onSendFirstLocalAudioFrame', 'onConnectionLost', 'onTryToReconnect']);
    alice.fake.network.state = 'up';
    await alice.fake.advance(10_000);
    expect(alice.take()).toContain('onConnectionRecovery');
    expect(alice.fake.server.stays[0]?.streams).toHaveLength(1);
  });

  it('is never given up by itself, and ends at the word of the application', async () => {
    const alice = createUser('alice');
    alice.fake.server.timers = TRTC_TIMERS;
    await alice.enter();
    alice.take();
    alice.fake.network.state = 'refusing';
    alice.fake.network.breakAll();
    alice.fake.page.status = 0;
    await alice.fake.advance(200_000);
    expect(alice.told.filter((line) => line === 'onTryToReconnect').length).toBeGreaterThan(6);
    alice.take();
    alice.cloud.exitRoom();
    await alice.fake.advance(1_100);
    expect(alice.take()).toEqual(['onExitRoom 0']);
  });

  it('is tried to get back at the moments that TRTC documents, with its preset', async () => {
    const alice = createUser('alice');
    alice.fake.server.timers = TRTC_TIMERS;
    await alice.enter();
    const cutAt = alice.fake.clock.now();
    const seconds: number[] = [];
    for (const name of ['onConnectionLost', 'onTryToReconnect'] as const) {
      alice.cloud.on(name, () => seconds.push(Math.round((alice.fake.clock.now() - cutAt) / 1_000)));
    }
    alice.cloud.once('onConnectionLost', () => (alice.fake.network.state = 'refusing'));
    alice.fake.network.state = 'cut';
    await alice.fake.advance(90_000);
    expect(seconds).toEqual([8, 11, 35, 59, 83]);
  });

  it.each([
    ['removed', 'onExitRoom 1'],
    ['dismissed', 'onExitRoom 2'],
  ] as const)('learns on return that it was %s, and stays away', async (reason, expected) => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalAudio();
    await alice.fake.advance(300);
    alice.take();
    alice.fake.network.breakAll();
    alice.fake.server.end('alice', reason);
    await alice.fake.advance(1_200);
    expect(alice.take()).toEqual(['onConnectionLost', 'onTryToReconnect', expected]);
    expect(alice.fake.devices.live).toHaveLength(0);
    await alice.fake.advance(30_000);
    expect(alice.take()).toEqual([]);
    expectNothingLeft(alice);
  });

  it('learns on return why it was removed and until when it is kept out, as if it had been there', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const entryBlock = { until: 1_800_000_000_000, message: 'tomorrow' };
    const ended = { ended: 'removed', removalMessage: 'shouting', entryBlock } as const;
    alice.fake.server.refusals.set('resume', { code: -3301, message: 'over', ...ended });
    alice.fake.network.breakAll();
    await alice.fake.advance(1_200);
    expect(alice.take().slice(2)).toEqual([
      'onRemovalMessage shouting',
      'onEntryBlocked 1800000000000 tomorrow',
      'onExitRoom 1',
    ]);
    expectNothingLeft(alice);
  });

  it('returns with the newest token that it was given', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const { server } = alice.fake;
    server.renewed.set('newer', server.stays[0]!.sessionId);
    server.tell('alice', 'resumeToken', { resumeToken: 'newer' });
    await alice.fake.settle();
    alice.fake.network.breakAll();
    await alice.fake.advance(1_200);
    expect(alice.take()).toEqual(['onConnectionLost', 'onTryToReconnect', 'onConnectionRecovery']);
  });

  it('ends with 3 when it is kept out meanwhile, and hears until when', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    const entryBlock = { until: 1_800_000_000_000, message: 'tomorrow' };
    alice.fake.server.refusals.set('resume', { code: -102011, message: 'tomorrow', entryBlock });
    alice.fake.network.breakAll();
    await alice.fake.advance(1_200);
    expect(alice.take().slice(2)).toEqual([
      'onEntryBlocked 1800000000000 tomorrow',
      'onError -102011 tomorrow',
      'onExitRoom 3',
    ]);
    expectNothingLeft(alice);
  });

  it('ends with 3 when the return is refused for another reason', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.take();
    alice.fake.server.refusals.set('resume', { code: -70001, message: 'expired' });
    alice.fake.network.breakAll();
    await alice.fake.advance(1_200);
    expect(alice.take().slice(2)).toEqual(['onError -70001 expired', 'onExitRoom 3']);
    expectNothingLeft(alice);
  });

  it('finishes a change of role that it interrupted', async () => {
    const alice = createUser('alice');
    await alice.enter(1, 21);
    alice.take();
    alice.fake.server.ignored.add('switchRole');
    alice.cloud.switchRole(20);
    await alice.fake.settle();
    alice.fake.network.breakAll();
    alice.fake.server.ignored.clear();
    await alice.fake.advance(1_200);
    expect(alice.take()).toEqual([
      'onConnectionLost',
      'onTryToReconnect',
      'onConnectionRecovery',
      'onSwitchRole 0 ',
    ]);
  });

  it('restarts ICE of a path that is lost while signalling lives', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.fake.engines.last.setConnectionState('send', 'disconnected');
    await alice.fake.advance(1_200);
    expect(alice.fake.engines.last.restarts).toEqual(['send']);
    alice.fake.engines.last.setConnectionState('send', 'connected');
    await alice.fake.advance(10_000);
    expect(alice.fake.engines.last.restarts).toEqual(['send']);
  });
});
