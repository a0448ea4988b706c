import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';

/** Alice, in a room with these users, who all send sound. */
async function inRoom(...others: readonly string[]) {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  const errors: number[] = [];
  const warnings: number[] = [];
  cloud.on('onError', (code) => errors.push(code));
  cloud.on('onWarning', (code) => warnings.push(code));
  const enter = async (): Promise<void> => {
    cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
    await fake.settle();
  };
  await enter();
  for (const userId of others) {
    fake.server.addUser(userId, ['audio']);
    await fake.settle();
  }
  const energy = others.map(() => 0);
  let seconds = 0;
  /** A second of sound at these amplitudes (root mean square), in the order of the users. It is counted as loud as it is played. */
  const hear = (...amplitudes: readonly number[]): void => {
    seconds++;
    const sounds = [...fake.playback.sounds];
    for (const { inputs } of fake.audio.graphs) {
      for (const input of inputs) {
        input.loudness = amplitudes[sounds.findIndex(([trackId]) => trackId === input.trackId)] ?? 0;
      }
    }
    const engine = fake.engines.last;
    engine.measured = {
      sources: new Map(),
      consumers: new Map([...engine.received].map((consumerId, index) => [100 + index, consumerId])),
      send: [],
      recv: amplitudes.map((amplitude, index) => {
        const volume = (sounds[index]?.[1] ?? 0) / 100;
        energy[index] = (energy[index] ?? 0) + (amplitude * volume) ** 2;
        return {
          id: `in-${index}`,
          type: 'inbound-rtp',
          kind: 'audio',
          ssrc: 100 + index,
          totalAudioEnergy: energy[index],
          totalSamplesDuration: seconds,
        };
      }),
    };
  };
  /** How loud each one's element plays, in the order of the users. */
  const played = (): number[] => [...fake.playback.sounds.values()];
  return { fake, cloud, errors, warnings, hear, enter, played };
}

describe('the 3D effect', () => {
  it('opens no graph before it is enabled and a position is known', async () => {
    const { fake, cloud, played } = await inRoom('bob');
    cloud.updateRemote3DSpatialPosition('bob', [0, 4, 0]);
    cloud.set3DSpatialReceivingRange('bob', 16);
    expect(fake.audio.graphs).toEqual([]);
    cloud.enable3DSpatialAudioEffect(true);
    expect([...fake.audio.last.inputs]).toMatchObject([{ direction: [4, 0, -0], gains: { playout: 0.4 } }]);
    expect(played()).toEqual([0]);
    cloud.setRemoteAudioVolume('bob', 50);
    expect([...fake.audio.last.inputs]).toMatchObject([{ gains: { playout: 0.2 } }]);
  });

  it('follows both as they move, and ends as it began', async () => {
    const { fake, cloud, played } = await inRoom('bob', 'carol');
    cloud.enable3DSpatialAudioEffect(true);
    cloud.updateRemote3DSpatialPosition('bob', [0, 4, 0]);
    cloud.updateSelf3DSpatialPosition([0, 2, 0], [0, 1, 0], [-1, 0, 0], [0, 0, 1]);
    expect([...fake.audio.last.inputs]).toMatchObject([{ direction: [0, 0, -2], gains: { playout: 0.5 } }]);
    expect(played(), 'carol is nowhere in particular').toEqual([0, 100]);
    cloud.enable3DSpatialAudioEffect(false);
    expect(fake.audio.last.inputs.size).toBe(0);
    expect(played()).toEqual([100, 100]);
  });

  it('counts for who comes later, and is released with the room, with what was known of the others', async () => {
    const { fake, cloud, enter, played } = await inRoom();
    cloud.enable3DSpatialAudioEffect(true);
    cloud.updateRemote3DSpatialPosition('bob', [0, 4, 0]);
    fake.server.addUser('bob', ['audio']);
    await fake.settle();
    expect(played()).toEqual([0]);
    const atExit: number[] = [];
    cloud.on('onExitRoom', () => atExit.push(fake.audio.openGraphs));
    cloud.exitRoom();
    cloud.enable3DSpatialAudioEffect(true);
    await fake.settle();
    expect(atExit).toEqual([0]);
    await enter();
    expect(played()).toEqual([100]);
    cloud.updateRemote3DSpatialPosition('bob', [0, 5, 0]);
    expect(played(), 'the effect itself lasts').toEqual([0]);
    cloud.destroy();
    expect(fake.audio.openGraphs).toBe(0);
  });

  it('is a matter of distance alone where sound cannot be mixed', async () => {
    const { fake, cloud, warnings, played } = await inRoom('bob');
    fake.audio.state = 'unsupported';
    cloud.updateRemote3DSpatialPosition('bob', [0, 4, 0]);
    cloud.enable3DSpatialAudioEffect(true);
    await fake.settle();
    expect(played()).toEqual([25]);
    expect(warnings).toEqual([-4]);
  });

  it('waits with the graph for a gesture, and is heard as without it until then', async () => {
    const { fake, cloud, played } = await inRoom('bob');
    fake.audio.state = 'waiting';
    cloud.updateRemote3DSpatialPosition('bob', [0, 2, 0]);
    cloud.enable3DSpatialAudioEffect(true);
    expect(played()).toEqual([50]);
    fake.audio.last.setRunning(true);
    expect(played()).toEqual([0]);
    expect([...fake.audio.last.inputs]).toMatchObject([{ direction: [2, 0, -0], gains: { playout: 0.5 } }]);
    fake.audio.last.setRunning(false);
    expect(played()).toEqual([50]);
  });

  it('given what are no positions', async () => {
    const { fake, cloud, errors } = await inRoom('bob');
    cloud.updateRemote3DSpatialPosition('bob', [1, 2]);
    cloud.updateRemote3DSpatialPosition('bob', [1, 2, Number.NaN]);
    cloud.updateSelf3DSpatialPosition([0, 0, 0], [1, 0, 0], [0, 1, 0], 'up' as never);
    cloud.set3DSpatialReceivingRange('bob', Number.NaN);
    cloud.enable3DSpatialAudioEffect('yes' as never);
    await fake.settle();
    expect(errors).toEqual([-2, -2, -2, -2, -2]);
    cloud.enable3DSpatialAudioEffect(true);
    cloud.updateSelf3DSpatialPosition([-1e308, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]);
    cloud.updateRemote3DSpatialPosition('bob', [1e308, 0, 0]);
    const [voice] = fake.audio.last.inputs;
    expect(voice?.direction?.map(Math.fround).every(Number.isFinite), 'as a platform can take them').toBe(
      true,
    );
  });
});

describe('a limit of voices', () => {
  it('silences who is too much, and goes over to who speaks', async () => {
    const { fake, cloud, hear, played } = await inRoom('bob', 'carol', 'dave');
    hear(0, 0, 0);
    cloud.setRemoteAudioParallelParams({ maxCount: 1, includeUsers: ['bob'] });
    await fake.settle();
    expect(played()).toEqual([100, 0, 0]);
    cloud.setRemoteAudioParallelParams({ maxCount: 2, includeUsers: ['bob'] });
    expect(played()).toEqual([100, 100, 0]);
    hear(0, 0, 0.25);
    await fake.advance(300);
    expect(played()).toEqual([100, 0, 100]);
    hear(0, 0.01, 0);
    await fake.advance(300);
    expect(played(), 'a pause between words').toEqual([100, 0, 100]);
    hear(0, 0.36, 0);
    await fake.advance(300);
    expect(played()).toEqual([100, 100, 0]);
    expect(fake.engines.last.received.size, 'everybody is still received').toBe(3);
  });

  it('lets nobody keep a place who is silent here, by its volume or out of range', async () => {
    const { fake, cloud, hear, played } = await inRoom('bob', 'carol', 'dave');
    hear(0, 0, 0);
    cloud.setRemoteAudioParallelParams({ maxCount: 1, includeUsers: [] });
    cloud.enable3DSpatialAudioEffect(true);
    cloud.updateRemote3DSpatialPosition('bob', [9, 0, 0]);
    cloud.set3DSpatialReceivingRange('bob', 5);
    cloud.setRemoteAudioVolume('carol', 0);
    await fake.settle();
    hear(0.36, 0.36, 0.04);
    await fake.advance(300);
    expect(played()).toEqual([0, 0, 100]);
  });

  it('counts for who comes, and gives the place of who goes to another one', async () => {
    const { fake, cloud, played } = await inRoom('bob');
    cloud.setRemoteAudioParallelParams({ maxCount: 1, includeUsers: [] });
    fake.server.addUser('carol', ['audio']);
    await fake.settle();
    expect(played()).toEqual([100, 0]);
    cloud.setRemoteAudioVolume('carol', 40);
    cloud.muteRemoteAudio('bob', true);
    await fake.settle();
    expect(played()).toEqual([40]);
  });

  it('is kept by those who came first where sound cannot be mixed', async () => {
    const { fake, cloud, hear, warnings, played } = await inRoom('bob', 'carol');
    fake.audio.state = 'unsupported';
    hear(0, 0);
    cloud.setRemoteAudioParallelParams({ maxCount: 1, includeUsers: [] });
    await fake.settle();
    hear(0, 0.36);
    await fake.advance(600);
    expect(played()).toEqual([100, 0]);
    expect(warnings).toEqual([-4]);
  });

  it('ends with 0, and leaves nothing running when the room is left', async () => {
    const { fake, cloud, played } = await inRoom('bob', 'carol');
    cloud.setRemoteAudioParallelParams({ maxCount: 1, includeUsers: [] });
    expect(played()).toEqual([100, 0]);
    cloud.setRemoteAudioParallelParams({ maxCount: 0, includeUsers: [] });
    expect(played()).toEqual([100, 100]);
    cloud.setRemoteAudioParallelParams({ maxCount: 1, includeUsers: [] });
    cloud.exitRoom();
    await fake.settle();
    expect(fake.clock.pending).toBe(0);
  });

  it.each([
    ['no number', { maxCount: '1', includeUsers: [] }],
    ['no list', { maxCount: 1, includeUsers: 'bob' }],
    ['nothing', null],
  ])('given %s is an error and changes nothing', async (_what, param) => {
    const { fake, cloud, errors, played } = await inRoom('bob', 'carol');
    cloud.setRemoteAudioParallelParams(param as never);
    await fake.settle();
    expect(errors).toEqual([-2]);
    expect(played()).toEqual([100, 100]);
  });
});
