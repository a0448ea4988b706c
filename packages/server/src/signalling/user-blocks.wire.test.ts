import { createRequire } from 'node:module';
import { NOT_BLOCKED } from '@rotunda/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { MediasoupSpy, opus } from '../media/harness.contract.ts';
import { APP, WireClient, enterSpeaker, startTestServer } from './wire.contract.ts';

type Parameters = Record<string, unknown>;
type Call = (
  request: { deserialize(parameters: Parameters): void },
  done: (error: unknown, answer: { RequestId: string }) => void,
) => void;
type Action = 'SetUserBlocked' | 'SetUserBlockedByStrRoomId';
/** The international SDK has no typings. */
interface IntlSdk {
  common: {
    Credential: new (id: string, key: string) => object;
    ClientProfile: new (signMethod: null, http: object) => object;
    HttpProfile: new (protocol: string, endpoint: string) => object;
  };
  trtc: {
    v20190722: {
      Client: new (credential: object, region: string, profile: object) => Record<Action, Call>;
      Models: Record<`${Action}Request`, new () => { deserialize(parameters: Parameters): void }>;
    };
  };
}
const { common, trtc } = createRequire(import.meta.url)('tencentcloud-sdk-nodejs-intl-en') as IntlSdk;
const { Client, Models } = trtc.v20190722;

const FAST = { heartbeat: 100, linkDead: 400, giveUp: 600, goingAway: 300, firstRetry: 100 };
const LIVE = { scene: 1, role: 21 };
const spy = new MediasoupSpy();
const clients: WireClient[] = [];
let server: RotundaServer;
let other: RotundaServer | null = null;

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((made) => made.request('exit', {})));
  await other?.close();
  other = null;
});
afterAll(async () => {
  await server.close();
  spy.stop();
});

/** Whether the packets of the stream that was published go nowhere. */
function isHeld(answer: Awaited<ReturnType<WireClient['request']>>): boolean | undefined {
  const streamId = answer.type === 'response' && (answer.result as { streamId: string }).streamId;
  return spy.producers.find(({ id }) => id === streamId)?.paused;
}

function client(of = server): WireClient {
  const made = new WireClient(of);
  clients.push(made);
  return made;
}

/** Calls the action with the official SDK. @returns 'ok', or the error code. */
function call(action: Action, parameters: Parameters, of = server): Promise<string> {
  const { secretId, secretKey } = APP.cloudApi;
  const http = new common.HttpProfile('http://', of.url.replace('http://', ''));
  const sdk = new Client(
    new common.Credential(secretId, secretKey),
    '',
    new common.ClientProfile(null, http),
  );
  const request = new Models[`${action}Request`]();
  request.deserialize({ SdkAppId: APP.sdkAppId, ...parameters });
  return new Promise((resolve) =>
    sdk[action](request, (error, answer) => {
      if (error) resolve(String((error as { code?: unknown }).code));
      else resolve(answer.RequestId ? 'ok' : 'no RequestId');
    }),
  );
}

const block = (UserId: string, IsMute: number, of = server): Promise<string> =>
  call('SetUserBlocked', { RoomId: 7, UserId, IsMute }, of);

/** What `wire` was told of the streams of others: source, and whether it is silent. */
const streams = ({ events }: WireClient): unknown[] =>
  events.flatMap(({ name, data }) => {
    const { source, muted } = data as { source: string; muted: boolean };
    return name === 'streamStarted' || name === 'streamMuted' ? [[source, muted]] : [];
  });

const told = ({ events }: WireClient): unknown[] =>
  events.filter(({ name }) => name === 'blocked').map(({ data }) => data);

describe('SetUserBlocked', () => {
  it('is done when it is answered: nothing is passed on, the others and the user know', async () => {
    const witness = client();
    await witness.enter('witness');
    const { publish, wire } = await enterSpeaker(client(), 'speaker');
    const answers = [await publish('audio', 11), await publish('video', 22)];
    const paused = (): unknown[] => answers.map(isHeld);
    expect(await block('speaker', 1)).toBe('ok');
    expect(paused()).toEqual([true, true]);
    expect(await block('speaker', 3)).toBe('ok');
    expect(paused()).toEqual([false, true]);
    expect(await block('speaker', 2)).toBe('ok');
    expect(paused()).toEqual([true, false]);
    expect(await block('speaker', 0)).toBe('ok');
    expect(paused()).toEqual([false, false]);
    await expect.poll(() => told(wire)).toHaveLength(4);
    expect(told(wire)).toEqual([
      { audio: true, video: true },
      { audio: false, video: true },
      { audio: true, video: false },
      NOT_BLOCKED,
    ]);
    await expect.poll(() => streams(witness)).toHaveLength(8);
    expect(streams(witness)).toEqual([
      ['audio', false],
      ['video', false],
      ['audio', true],
      ['video', true],
      ['audio', false],
      ['audio', true],
      ['video', false],
      ['audio', false],
    ]);
  });

  it('holds for later streams, whatever the user mutes, and for who comes later', async () => {
    const { publish, wire, snapshot } = await enterSpeaker(client(), 'speaker');
    expect(snapshot.blocked).toEqual(NOT_BLOCKED);
    expect(await block('speaker', 3)).toBe('ok');
    const answer = await publish('video', 22);
    await wire.request('mute', { source: 'video', muted: true });
    await wire.request('mute', { source: 'video', muted: false });
    expect(isHeld(answer)).toBe(true);
    const { members } = await client().enter('late');
    expect(members[0]?.streams).toMatchObject([{ source: 'video', muted: true }]);
  });

  it('holds across a lost link, but not for a new stay', async () => {
    const first = client();
    const snapshot = await first.enter('speaker');
    await client().enter('witness');
    await block('speaker', 1);
    first.socket.terminate();
    clients.splice(clients.indexOf(first), 1);
    const again = client();
    const answer = await again.resume(snapshot, 'speaker');
    expect(answer).toMatchObject({ type: 'response', result: { blocked: { audio: true, video: true } } });
    const fresh = await client().enter('speaker');
    expect(fresh.blocked).toEqual(NOT_BLOCKED);
    clients.splice(clients.indexOf(again), 1);
  });

  it('follows a stay that was given up to the one that continues it', async () => {
    other = await startTestServer({ timers: FAST });
    const first = new WireClient(other);
    const snapshot = await first.enter('speaker');
    const witness = new WireClient(other);
    await witness.enter('witness');
    await block('speaker', 1, other);
    first.socket.terminate();
    await witness.event('userLeft');
    const again = new WireClient(other);
    const answer = await again.resume(snapshot, 'speaker');
    expect(answer).toMatchObject({ type: 'response', result: { blocked: { audio: true, video: true } } });
  });

  it('hits audience, for when it becomes anchor', async () => {
    const anchor = client();
    await anchor.enter('anchor', { scene: 1 });
    const viewer = client();
    await viewer.enter('viewer', LIVE);
    expect(await block('viewer', 2)).toBe('ok');
    await viewer.event('blocked');
    const change = await viewer.request('switchRole', { role: 20 });
    expect(change).toMatchObject({ type: 'response' });
    const { send } = (change as { result: { send: { transportId: string } } }).result;
    const rtpParameters = opus(77, '7');
    const request = { transportId: send.transportId, source: 'audio', rtpParameters, muted: false };
    const answer = await viewer.request('publish', request);
    expect(isHeld(answer)).toBe(true);
    await anchor.event('streamStarted');
    expect(streams(anchor)).toEqual([['audio', true]]);
  });

  it('holds in the rooms that the user is linked with', async () => {
    const { publish, wire } = await enterSpeaker(client(), 'speaker');
    await publish('video', 22);
    const host = client();
    await host.enter('host', { room: { roomId: 8 } });
    await block('speaker', 1);
    expect(await wire.request('connectRoom', { room: { roomId: 8 }, userId: 'host' })).toMatchObject({
      type: 'response',
    });
    await host.event('streamStarted');
    await block('speaker', 0);
    await host.event('streamMuted');
    await block('speaker', 3);
    await expect.poll(() => streams(host)).toHaveLength(3);
    expect(streams(host)).toEqual([
      ['video', true],
      ['video', false],
      ['video', true],
    ]);
  });

  it('knows string rooms by their own action', async () => {
    const wire = client();
    await wire.enter('speaker', { room: { strRoomId: 'hall' } });
    const parameters = { UserId: 'speaker', IsMute: 1 };
    expect(await call('SetUserBlockedByStrRoomId', { ...parameters, StrRoomId: 'hall' })).toBe('ok');
    await wire.event('blocked');
    expect(await call('SetUserBlockedByStrRoomId', { ...parameters, StrRoomId: '7' })).toBe(
      'FailedOperation.RoomNotExist',
    );
  });

  it('says what is wrong', async () => {
    expect(await block('speaker', 1)).toBe('FailedOperation.RoomNotExist');
    await client().enter('speaker');
    expect(await block('nobody', 1)).toBe('FailedOperation.UserNotExist');
    expect(await block('speaker', 4)).toBe('InvalidParameterValue');
    expect(await block('speaker', -1)).toBe('InvalidParameterValue');
    const good = { RoomId: 7, UserId: 'speaker', IsMute: 1 };
    const code = (parameters: Parameters): Promise<string> =>
      call('SetUserBlocked', { ...good, ...parameters });
    expect(await code({ UserId: '' })).toBe('InvalidParameter.UserId');
    expect(await code({ RoomId: 0 })).toBe('InvalidParameterValue.RoomId');
    expect(await code({ SdkAppId: 1 })).toBe('UnauthorizedOperation.SdkAppId');
    const byName = { UserId: 'speaker', IsMute: 1 };
    expect(await call('SetUserBlockedByStrRoomId', { ...byName, StrRoomId: '' })).toBe(
      'InvalidParameterValue.RoomId',
    );
  });
});
