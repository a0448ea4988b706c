import { describe, expect, it } from 'vitest';
import type { MediaStats } from '../media/engine.ts';
import type { TRTCVideoQosPreference } from './enums.ts';
import { TRTCSwitchRoomParam } from './params.ts';
import { createUser } from './user.contract.ts';

/** So many frames of each layer so far, in a browser that does not tell the width of the path. */
function sentSoFar(frames: { small: number; big: number }): MediaStats {
  const layer = { type: 'outbound-rtp', kind: 'video', mid: '0' };
  return {
    send: [
      { ...layer, rid: 'r0', ssrc: 1, framesSent: frames.small },
      { ...layer, rid: 'r1', ssrc: 2, framesSent: frames.big },
    ],
    recv: [],
    sources: new Map([['0', 'video']]),
    consumers: new Map(),
  };
}

async function sendPicture(preference: TRTCVideoQosPreference) {
  const { cloud, fake, enter } = createUser('alice');
  cloud.setNetworkQosParam({ preference });
  await enter();
  cloud.startLocalPreview(null);
  await fake.settle();
  const frames = { small: 0, big: 0 };
  const pass = async (samples: number, sent: { small: number; big: number }): Promise<void> => {
    for (let i = 0; i < samples; i++) {
      frames.small += sent.small;
      frames.big += sent.big;
      fake.engines.last.measured = sentSoFar(frames);
      await fake.advance(2_000);
    }
  };
  return {
    cloud,
    fake,
    sent: (): unknown => fake.engines.last.sent.get('video')?.options,
    want: async (layers: 'none' | 'small' | 'all', spare?: 'small'): Promise<void> => {
      const { streamId } = fake.server.stays[0]!.streams[0]!;
      fake.server.tell('alice', 'layersWanted', { source: 'video', streamId, layers, spare });
      await fake.settle();
    },
    /** The small layer only gets through. */
    starve: () => pass(4, { small: 30, big: 0 }),
    sendBigAlone: (samples: number) => pass(samples, { small: 0, big: 30 }),
  };
}

describe('where the small layer only gets through', () => {
  it('the big one is sent in its place for clearness, until somebody needs the small one', async () => {
    const { want, starve, sent } = await sendPicture(2);
    await want('all', 'small');
    expect(sent(), 'as long as there seems to be room').toMatchObject({ layers: 'all' });
    await starve();
    expect(sent()).toMatchObject({ layers: 'big' });
    await want('all');
    expect(sent()).toMatchObject({ layers: 'all' });
    await want('all', 'small');
    expect(sent(), 'known still').toMatchObject({ layers: 'big' });
    for (const layers of ['small', 'none'] as const) {
      await want(layers);
      expect(sent()).toMatchObject({ layers });
    }
  });

  it('it is sent for smoothness, until clearness is preferred', async () => {
    const { cloud, fake, want, starve, sent } = await sendPicture(1);
    await want('all', 'small');
    await starve();
    expect(sent()).toMatchObject({ layers: 'all' });
    cloud.setNetworkQosParam({ preference: 2 });
    await fake.settle();
    expect(sent()).toMatchObject({ layers: 'big' });
  });

  it('that says nothing about the big one while only the small one is wanted', async () => {
    const { want, starve, sent } = await sendPicture(2);
    await want('small');
    await starve();
    await want('all', 'small');
    expect(sent()).toMatchObject({ layers: 'all' });
  });

  it('the small one is tried again after a while, and done without again where the big one still starves', async () => {
    const { want, starve, sendBigAlone, sent } = await sendPicture(2);
    await want('all', 'small');
    await starve();
    await sendBigAlone(13);
    expect(sent()).toMatchObject({ layers: 'big' });
    await sendBigAlone(2);
    expect(sent()).toMatchObject({ layers: 'all' });
    await starve();
    expect(sent()).toMatchObject({ layers: 'big' });
  });

  it.each<[what: string, change: (alice: Awaited<ReturnType<typeof sendPicture>>) => void]>([
    ['over another transport', ({ fake }) => fake.server.resetMedia('alice')],
    ['in another room', ({ cloud }) => cloud.switchRoom(new TRTCSwitchRoomParam(78))],
    [
      'after a return that took other transports',
      ({ fake }) => {
        fake.server.keptTransports = 'none';
        fake.network.breakAll();
      },
    ],
  ])('that says nothing of what is sent %s', async (_what, change) => {
    const alice = await sendPicture(2);
    await alice.want('all', 'small');
    await alice.starve();
    expect(alice.sent()).toMatchObject({ layers: 'big' });
    change(alice);
    await alice.fake.advance(10_000);
    await alice.want('all', 'small');
    expect(alice.sent()).toMatchObject({ layers: 'all' });
    await alice.starve();
    expect(alice.sent()).toMatchObject({ layers: 'big' });
  });
});
