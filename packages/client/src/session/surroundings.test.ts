import { expect, it } from 'vitest';
import { TRTCCloud } from '../native/cloud.ts';
import { TRTCParams } from '../native/params.ts';
import { FakePlatform } from '../testing/fake-platform.ts';

it('a client tells the server whether its page is seen, over which network, and what it may not open', async () => {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told = async (): Promise<unknown> => {
    await fake.advance(2_000);
    return fake.server.stays.find(({ userId }) => userId === 'alice')?.surroundings;
  };
  fake.devices.failWith = 'NotAllowedError';
  cloud.startLocalAudio(2);
  await fake.settle();
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  await fake.settle();
  expect(await told(), 'of before the entry too').toEqual({ hidden: false, denied: ['audio'] });
  fake.page.seen.hidden = true;
  fake.page.seen.network = '3g';
  cloud.startLocalPreview(null);
  expect(await told()).toEqual({ hidden: true, network: '3g', denied: ['audio', 'video'] });
  fake.devices.failWith = null;
  cloud.startLocalAudio(2);
  expect(await told()).toEqual({ hidden: true, network: '3g', denied: ['video'] });
  fake.devices.failWith = 'NotReadableError';
  cloud.startLocalPreview(null);
  expect(await told(), 'it is busy, not denied').toEqual({ hidden: true, network: '3g', denied: [] });
  cloud.destroy();
});
