import { expect } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCCloud } from './cloud.ts';
import { TRTCParams } from './params.ts';

export const TOLD_TO_USERS = [
  'onError',
  'onWarning',
  'onEnterRoom',
  'onExitRoom',
  'onSwitchRole',
  'onSwitchRoom',
  'onConnectOtherRoom',
  'onDisconnectOtherRoom',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
  'onUserVideoAvailable',
  'onUserSubStreamAvailable',
  'onUserAudioAvailable',
  'onFirstVideoFrame',
  'onFirstAudioFrame',
  'onSendFirstLocalVideoFrame',
  'onSendFirstLocalAudioFrame',
  'onLocalUserBlocked',
  'onRemovalMessage',
  'onEntryBlocked',
  'onConnectionLost',
  'onTryToReconnect',
  'onConnectionRecovery',
  'onCameraDidReady',
  'onMicDidReady',
  'onScreenCaptureStarted',
  'onScreenCaptureStopped',
] as const;

/** One user with an SDK: what it was told, as readable lines. Pictures are received when they are asked for, not before. */
export function createUser(userId: string, server = new FakeServer()) {
  const fake = new FakePlatform(server);
  const cloud = new TRTCCloud(undefined, fake.platform);
  cloud.setDefaultStreamRecvMode(true, false);
  const told: string[] = [];
  for (const name of TOLD_TO_USERS) {
    cloud.on(name, (...args: unknown[]) => {
      told.push(
        [name, ...args.map((arg) => (typeof arg === 'string' && arg.includes(' ') ? '…' : arg))].join(' '),
      );
    });
  }
  const params = (): TRTCParams => new TRTCParams(1400000001, userId, 'ticket', 77);
  return {
    fake,
    cloud,
    told,
    params,
    enter: async (scene: 0 | 1 = 0, role: 20 | 21 = 20): Promise<void> => {
      cloud.enterRoom(Object.assign(params(), { role }), scene);
      await fake.settle();
    },
    take: (): string[] => told.splice(0),
  };
}

/** Nothing of a stay is left. */
export function expectNothingLeft({ fake }: { fake: FakePlatform }): void {
  expect(fake.clock.pending).toBe(0);
  expect(fake.network.openSockets).toBe(0);
  expect(fake.engines.openTransports).toBe(0);
  expect(fake.page.held).toBe(0);
  expect(fake.playback.sounds.size).toBe(0);
  expect(fake.audio.openGraphs).toBe(0);
  expect(fake.recording.open).toBe(0);
  expect(fake.pictures.open).toEqual([]);
}
