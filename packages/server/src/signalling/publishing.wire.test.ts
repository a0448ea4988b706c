import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { WireClient, enterSpeaker, startTestServer } from './wire.contract.ts';

let server: RotundaServer;
const clients: WireClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((made) => made.request('exit', {})));
});
afterAll(() => server.close());

function client(): WireClient {
  const made = new WireClient(server);
  clients.push(made);
  return made;
}

const names = ({ events }: WireClient): string[] => events.map(({ name }) => name);

it('a stream ends for everybody when its replacement is refused', async () => {
  const [witness, newcomer] = [client(), client()];
  await witness.enter('witness');
  const { publish } = await enterSpeaker(client(), 'speaker');
  await publish('audio', 11);
  const video = await publish('video', 22);
  expect(video).toMatchObject({ type: 'response' });

  expect(await publish('video', 11), 'the ssrc of the audio stream').toMatchObject({ type: 'error' });

  expect((await witness.event('streamStopped')).data).toMatchObject({ source: 'video' });
  const { members } = await newcomer.enter('newcomer');
  expect(members.find(({ userId }) => userId === 'speaker')?.streams).toMatchObject([{ source: 'audio' }]);
  expect(server.counts().producers).toBe(1);
});

it('a stream goes on when its replacement could not even be read', async () => {
  const [witness] = [client()];
  await witness.enter('witness');
  const { publish, wire, snapshot } = await enterSpeaker(client(), 'speaker');
  await publish('video', 22);
  const { transportId } = snapshot.transports!.send!;
  const codecs = [{ mimeType: 'video/nonsense', payloadType: 96, clockRate: 90_000 }];
  const rtpParameters = { mid: '9', codecs, encodings: [{ ssrc: 33 }] };
  const refused = await wire.request('publish', {
    transportId,
    source: 'video',
    rtpParameters,
    muted: false,
  });
  expect(refused).toMatchObject({ type: 'error' });

  await wire.request('mute', { source: 'video', muted: true });
  await witness.event('streamMuted');
  expect(names(witness)).toEqual(['userEntered', 'streamStarted', 'streamMuted']);
  expect(server.counts().producers).toBe(1);
});

it('a stream can be published again, and withdrawn, after its replacement was refused', async () => {
  const witness = client();
  await witness.enter('witness');
  const { publish, wire } = await enterSpeaker(client(), 'speaker');
  await publish('audio', 11);
  await publish('video', 22);
  await publish('video', 11);
  expect(await publish('video', 33)).toMatchObject({ type: 'response' });
  await wire.request('unpublish', { source: 'video' });
  await wire.request('unpublish', { source: 'audio' });
  await expect.poll(() => names(witness).filter((name) => name === 'streamStopped')).toHaveLength(3);
  expect(server.counts().producers).toBe(0);
});

it('a stream whose packets never get through is withdrawn, each time that it is published', async () => {
  const impatient = await startTestServer({ timers: { mediaLost: 300 } });
  try {
    const [witness, speaker] = [new WireClient(impatient), new WireClient(impatient)];
    await witness.enter('witness');
    const { publish } = await enterSpeaker(speaker, 'speaker');
    const count = (wire: WireClient, event: string): number =>
      names(wire).filter((name) => name === event).length;
    for (const time of [1, 2]) {
      expect(await publish('audio', 10 + time)).toMatchObject({ type: 'response' });
      await expect.poll(() => count(speaker, 'ownStreamStopped')).toBe(time);
      expect(count(witness, 'streamStopped')).toBe(time);
    }
    expect(impatient.counts().producers).toBe(0);
  } finally {
    await impatient.close();
  }
});
