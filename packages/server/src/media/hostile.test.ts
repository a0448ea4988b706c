import {
  dtlsParametersSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  SOURCES,
  TRTCError,
} from '@rotunda/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  join,
  MediasoupSpy,
  MID,
  opus,
  publishAudio,
  RID,
  RtcClient,
  rtpPacket,
  SIMULCAST,
  startMedia,
  vp8,
} from './harness.contract.ts';
import type { MediaMember, MediaService } from './port.ts';

const RUNS = 400;

let spy: MediasoupSpy;
let service: MediaService;

beforeAll(async () => {
  spy = new MediasoupSpy();
  ({ service } = await startMedia());
});

afterAll(async () => {
  await service.close();
  spy.stop();
});

/** The first worker still lives, and still does its work. */
async function expectUnharmed(): Promise<void> {
  const [publisher, viewer] = await Promise.all([
    join(service, { room: 'check' }),
    join(service, { room: 'check' }),
  ]);
  await viewer.subscribe({ streamId: await publishAudio(publisher), layer: 'big' });
  publisher.close();
  viewer.close();
  expect(spy.workers).toHaveLength(1);
  expect(spy.workers[0]!.closed).toBe(false);
}

/** `template` with a few of its values, anywhere in it, replaced, removed or repeated. */
function mutated(template: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(template);
  const mutation = fc.record({
    path: fc.constantFrom(...paths),
    value: oddValue,
    how: fc.constantFrom('set', 'drop', 'repeat'),
  });
  return fc.array(mutation, { minLength: 1, maxLength: 4 }).map((mutations) => {
    const copy: unknown = structuredClone(template);
    for (const { path, value, how } of mutations) mutate(copy, path, { value, how });
    return copy;
  });
}

const oddValue = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    -1,
    1,
    14,
    15,
    96,
    97,
    111,
    127,
    255,
    2222,
    2223,
    0xffff_ffff,
    2 ** 31,
    1.5,
    '',
    '0',
    '96',
  ),
  fc.constantFrom<unknown>(
    true,
    null,
    undefined,
    'L1T3',
    'L3T3',
    'S3T3h',
    'L1T1_KEY',
    'r0',
    MID,
    RID,
    'a\r\nb',
    '\0',
    'é'.repeat(100),
  ),
  fc.constantFrom<unknown>(
    'video/VP8',
    'video/VP9',
    'video/H264',
    'audio/opus',
    'video/rtx',
    'audio/rtx',
    'video/red',
    'audio/CN',
  ),
  fc.constantFrom<unknown>(
    { apt: 96 },
    { apt: 'x' },
    { ssrc: 2222 },
    {},
    [],
    { 'profile-level-id': '000000' },
    { toString: 'x' },
  ),
  fc.string({ maxLength: 40 }),
  fc.integer(),
  fc.double(),
);

function pathsOf(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Array.isArray(value)
    ? value.map((child, i) => [i, child] as const)
    : Object.entries(value);
  return [
    ...(path.length > 0 ? [path] : []),
    ...children.flatMap(([key, child]) => pathsOf(child, [...path, key])),
  ];
}

function mutate(
  root: unknown,
  path: (string | number)[],
  { value, how }: { value: unknown; how: string },
): void {
  let parent = root;
  for (const key of path.slice(0, -1)) {
    if (typeof parent !== 'object' || parent === null) return;
    parent = Reflect.get(parent, key);
  }
  const key = path.at(-1);
  if (typeof parent !== 'object' || parent === null || key === undefined) return;
  if (how === 'drop') Reflect.deleteProperty(parent, key);
  else if (how === 'repeat' && Array.isArray(parent)) parent.push(structuredClone(Reflect.get(parent, key)));
  else Reflect.set(parent, key, value);
}

/** Either it works or it is refused with a code of ours. */
async function worksOrIsRefused(action: Promise<unknown>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(TRTCError);
    expect(error).not.toMatchObject({ errorName: 'ERR_SERVER_PROCESS_FAILED' });
    return false;
  }
}

describe('whatever a client says, the worker survives', () => {
  it('as RTP parameters', { timeout: 120_000 }, async () => {
    const [publisher, viewer] = await Promise.all([join(service), join(service)]);
    const template = fc.constantFrom(opus(), vp8(), vp8(SIMULCAST), vp8([{ ssrc: 1 }, { ssrc: 2 }]));
    let published = 0;
    await fc.assert(
      fc.asyncProperty(template.chain(mutated), fc.constantFrom(...SOURCES), async (candidate, source) => {
        const parsed = rtpParametersSchema.safeParse(candidate);
        if (!parsed.success) return;
        const { transportId } = publisher.transports.send!;
        const publication = publisher.publish({
          transportId,
          source,
          rtpParameters: parsed.data,
          muted: false,
        });
        if (!(await worksOrIsRefused(publication))) return;
        published += 1;
        const { streamId } = await publication;
        const consumer = await viewer.subscribe({ streamId, layer: 'small' });
        await viewer.setLayer(consumer.consumerId, 'big');
        await viewer.resumeConsumer(consumer.consumerId);
        viewer.unsubscribe(consumer.consumerId);
      }),
      { numRuns: RUNS },
    );
    publisher.close();
    viewer.close();
    expect(published).toBeGreaterThan(10);
    await expectUnharmed();
  });

  it('as DTLS parameters', { timeout: 120_000 }, async () => {
    const value = Array(32).fill('AB').join(':');
    const template = { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value }] };
    const odd = fc.record({
      role: fc.constantFrom('auto', 'client', 'server'),
      fingerprints: fc.array(
        fc.record({
          algorithm: fc.constantFrom('sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512'),
          value: fc.integer({ min: 15, max: 70 }).map((bytes) => Array(bytes).fill('0f').join(':')),
        }),
        { maxLength: 6 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated(template), odd), async (candidate) => {
        const parsed = dtlsParametersSchema.safeParse(candidate);
        if (!parsed.success) return;
        const member = await join(service);
        await worksOrIsRefused(member.connectTransport(member.transports.recv.transportId, parsed.data));
        member.close();
      }),
      { numRuns: RUNS },
    );
    await expectUnharmed();
  });

  it('as capabilities', { timeout: 120_000 }, async () => {
    const publisher = await join(service);
    const { transportId } = publisher.transports.send!;
    const audio = await publishAudio(publisher);
    const video = await publisher.publish({
      transportId,
      source: 'video',
      rtpParameters: vp8(SIMULCAST),
      muted: false,
    });
    await fc.assert(
      fc.asyncProperty(mutated(service.routerRtpCapabilities), async (candidate) => {
        const parsed = rtpCapabilitiesSchema.safeParse(candidate);
        if (!parsed.success) return;
        const viewer = await join(service, { rtpCapabilities: parsed.data });
        for (const streamId of [audio, video.streamId]) {
          await worksOrIsRefused(viewer.subscribe({ streamId, layer: 'big' }));
        }
        viewer.close();
      }),
      { numRuns: RUNS },
    );
    publisher.close();
    await expectUnharmed();
  });
});

describe('whatever a client sends as media, the worker survives', () => {
  const extension = (id: number, value: string) => ({ id, value });

  async function attack(
    rtpParameters: Parameters<MediaMember['publish']>[0]['rtpParameters'],
    packets: Parameters<typeof rtpPacket>[0][],
  ): Promise<void> {
    const publisher = await join(service);
    const source = rtpParameters.codecs[0]!.mimeType.startsWith('audio') ? 'audio' : 'video';
    const { transportId } = publisher.transports.send!;
    await publisher.publish({ transportId, source, rtpParameters, muted: false });
    const client = await RtcClient.connect(publisher, publisher.transports.send!);
    const producer = spy.producers.at(-1)!;
    for (const packet of packets) client.send(rtpPacket(packet));
    // The worker answers in order: when it has, it has seen the packets that reached it.
    for (let round = 0; round < 20; round++) {
      await producer.getStats();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    client.close();
    publisher.close();
    await expectUnharmed();
  }

  it('with ssrc 0 beside a stream that is told by its rid', async () => {
    const video = { payloadType: 96, extensions: [extension(1, 'v'), extension(2, 'r0')] };
    await attack(vp8(SIMULCAST), [
      { ...video, ssrc: 7, sequenceNumber: 1 },
      { ...video, ssrc: 0, sequenceNumber: 2 },
      { payloadType: 96, extensions: [extension(1, 'v')], ssrc: 0, sequenceNumber: 3 },
    ]);
  });

  it('with the declared ssrc after another one had the rid', async () => {
    const encodings = [
      { rid: 'r0', ssrc: 4001 },
      { rid: 'r1', ssrc: 4002 },
    ];
    const video = { payloadType: 96, extensions: [extension(1, 'v'), extension(2, 'r0')] };
    await attack(vp8(encodings), [
      { ...video, ssrc: 7, sequenceNumber: 1 },
      { payloadType: 96, ssrc: 4001, sequenceNumber: 2 },
    ]);
  });

  it('with header extensions of length 0', async () => {
    const parameters = vp8([{ ssrc: 7 }]);
    parameters.headerExtensions!.push(
      { uri: 'urn:3gpp:video-orientation', id: 3 },
      { uri: 'urn:ietf:params:rtp-hdrext:toffset', id: 4 },
    );
    const extensions = [extension(1, 'v'), extension(3, ''), extension(4, '')];
    await attack(parameters, [
      { payloadType: 96, ssrc: 7, sequenceNumber: 1, extensions, twoByteExtensions: true },
    ]);
  });
});
