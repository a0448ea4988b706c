import { describe, expect, it } from 'vitest';
import type { MediaStats } from '../media/engine.ts';
import type { TRTCVideoQosPreference } from './enums.ts';
import { createUser } from './user.contract.ts';

/** As on a path that carries the small layer only: so many frames of that so far. */
function starved(frames: number): MediaStats {
  const layer = { type: 'outbound-rtp', kind: 'video', mid: '0' };
  return {
    send: [
      { ...layer, rid: 'r0', ssrc: 1, framesSent: frames },
      { ...layer, rid: 'r1', ssrc: 2, framesSent: 0 },
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
  const { streamId } = fake.server.stays[0]!.streams[0]!;
  return {
    cloud,
    fake,
    sent: (): unknown => fake.engines.last.sent.get('video')?.options,
    want: async (layers: 'none' | 'small' | 'all', spare?: 'small'): Promise<void> => {
      fake.server.tell('alice', 'layersWanted', { source: 'video', streamId, layers, spare });
      await fake.settle();
    },
    starve: async (): Promise<void> => {
      for (let frames = 30; frames <= 120; frames += 30) {
        fake.engines.last.measured = starved(frames);
        await fake.advance(2_000);
      }
    },
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
});
