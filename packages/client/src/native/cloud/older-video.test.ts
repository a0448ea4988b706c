import { describe, expect, it } from 'vitest';
import { FakeServer } from '../../testing/fake-server.ts';
import { createUser } from '../user.contract.ts';

/** Alice, who sees herself and the camera and the screen of Bob. */
async function watching() {
  const server = new FakeServer();
  server.addUser('bob', ['video', 'sub']);
  const alice = createUser('alice', server);
  await alice.enter();
  const { cloud, fake } = alice;
  cloud.startLocalPreview(null);
  await fake.settle();
  cloud.startRemoteView('bob', null);
  await fake.settle();
  cloud.startRemoteSubStreamView('bob', null);
  await fake.settle();
  const [own, camera, screen] = fake.playback.pictures;
  if (!own || !camera || !screen) throw new Error('three pictures are shown');
  return { ...alice, own, camera, screen, server };
}

describe('names of older versions', () => {
  it('change how pictures are shown, each one thing only', async () => {
    const { cloud, own, camera, screen } = await watching();
    cloud.setLocalViewFillMode(0);
    cloud.setLocalViewRotation(1);
    cloud.setLocalViewMirror(false);
    expect(own.render).toEqual({ fit: 'cover', rotation: 90, mirror: false });
    cloud.setRemoteViewRotation('bob', 2);
    cloud.setRemoteViewFillMode('bob', 0);
    expect(camera.render).toEqual({ fit: 'cover', rotation: 180, mirror: false });
    cloud.setRemoteSubStreamViewRotation('bob', 3);
    cloud.setRemoteSubStreamViewFillMode('bob', 0);
    expect(screen.render).toEqual({ fit: 'cover', rotation: 270, mirror: false });
  });

  it('start and stop the screen of another user', async () => {
    const { cloud, fake, screen } = await watching();
    cloud.stopRemoteSubStreamView('bob');
    await fake.settle();
    expect(fake.playback.pictures.has(screen)).toBe(false);
    expect(fake.engines.last.received.size).toBe(1);
  });

  it('choose the stream of views that do not say which', async () => {
    const { cloud, fake, server } = await watching();
    cloud.setPriorRemoteVideoStreamType(1);
    cloud.startRemoteView('bob', null);
    await fake.settle();
    expect(server.requests.at(-1)).toBe('setLayer');
    cloud.startRemoteView('bob', null, 1);
    await fake.settle();
    expect(server.requests.filter((name) => name === 'setLayer')).toHaveLength(1);
  });

  it('choose it after what was chosen for that user', async () => {
    const { cloud, fake, server } = await watching();
    server.addUser('carol', ['video']);
    await fake.settle();
    const layers = (): unknown[] =>
      server.received.flatMap(({ method, params }) => (method === 'subscribe' ? [params] : []));
    cloud.setPriorRemoteVideoStreamType(0);
    cloud.setRemoteVideoStreamType('carol', 1);
    cloud.startRemoteView('carol', null);
    await fake.settle();
    expect(layers().at(-1)).toMatchObject({ userId: 'carol', layer: 'small' });
    cloud.stopRemoteView('carol');
    cloud.startRemoteView('carol', null);
    await fake.settle();
    expect(layers().at(-1), 'as long as she is there').toMatchObject({ userId: 'carol', layer: 'small' });
    server.end('carol', 'exited');
    server.addUser('carol', ['video']);
    await fake.settle();
    cloud.startRemoteView('carol', null);
    await fake.settle();
    expect(layers().at(-1)).toMatchObject({ userId: 'carol', layer: 'big' });
  });
});
