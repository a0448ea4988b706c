import {
  SPEED_PACKET,
  SPEED_TEST,
  decodePing,
  encodePing,
  loadPacket,
  type SpeedReport,
  type TransportMessage,
} from '@rotunda/protocol';
import { PeerConnection, type DataChannel } from 'node-datachannel';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { until } from '../media/harness.contract.ts';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, startTestServer, ticket } from './wire.contract.ts';

let server: RotundaServer;
const testers: Tester[] = [];

beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const tester of testers.splice(0)) tester.close();
  await until(() => {
    const { workers: _running, ...open } = server.counts();
    return Object.values(open).every((count) => count === 0);
  }, 'nothing of a speed test is left');
});
afterAll(() => server.close());

/** What an SDK does for a speed test, without its measuring. */
class Tester {
  readonly wire = new WireClient(server);
  readonly received: Uint8Array[] = [];
  readonly #peer = new PeerConnection('test', { iceServers: [], disableAutoNegotiation: true });
  readonly #channel: DataChannel;

  constructor() {
    const { streamId: id } = SPEED_TEST;
    this.#channel = this.#peer.createDataChannel('', {
      negotiated: true,
      id,
      unordered: true,
      maxRetransmits: 0,
    });
    this.#channel.onMessage((message) => this.received.push(message as Buffer));
    testers.push(this);
  }

  /** @returns the code of a refusal, or where the path goes. */
  async ask(over: object = {}): Promise<number | TransportMessage> {
    const offered = new Promise<string>((resolve) => this.#peer.onLocalDescription((sdp) => resolve(sdp)));
    this.#peer.setLocalDescription('offer');
    const value = /^a=fingerprint:sha-256 (\S+)/m.exec(await offered)?.[1];
    const answer = await this.wire.request('speedTest', {
      sdkAppId: APP.sdkAppId,
      userId: 'alice',
      userSig: ticket('alice'),
      dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value }] },
      upKbps: 1_000,
      downKbps: 1_000,
      ...over,
    });
    return answer.type === 'error' ? answer.code : (answer.result as TransportMessage);
  }

  async open(over: object = {}): Promise<void> {
    const transport = await this.ask(over);
    if (typeof transport === 'number') throw new Error(`refused: ${transport}`);
    const opened = new Promise<void>((resolve) => this.#channel.onOpen(resolve));
    this.#peer.setRemoteDescription(answerOf(transport), 'answer');
    await opened;
  }

  send(bytes: Uint8Array): void {
    this.#channel.sendMessageBinary(bytes);
  }

  async report(): Promise<SpeedReport | number> {
    const answer = await this.wire.request('speedTestReport', {});
    return answer.type === 'error' ? answer.code : (answer.result as SpeedReport);
  }

  close(): void {
    this.wire.socket.close();
    this.#channel.close();
    this.#peer.close();
  }
}

function answerOf({ iceParameters, iceCandidates, dtlsParameters }: TransportMessage): string {
  const [candidate] = iceCandidates.filter(({ protocol }) => protocol === 'udp');
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    'a=setup:passive',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    'a=sctp-port:5000',
    'a=max-message-size:2048',
    `a=candidate:1 1 udp 1 ${candidate?.address} ${candidate?.port} typ host`,
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}

const ping = (seq: number): Uint8Array =>
  encodePing({ type: SPEED_PACKET.ping, seq, sentAt: 1_000 + seq, serverAt: 0 });

it('sends pings back with its own time, and counts them', async () => {
  const tester = new Tester();
  await tester.open();
  for (let seq = 0; seq < 5; seq++) tester.send(ping(seq));
  await until(() => tester.received.length === 5, 'the answers');
  const pongs = tester.received.map((bytes) => decodePing(bytes));
  expect(new Set(pongs.map((pong) => pong?.seq))).toEqual(new Set([0, 1, 2, 3, 4]));
  for (const pong of pongs) {
    expect(pong).toMatchObject({ type: SPEED_PACKET.pong, sentAt: 1_000 + (pong?.seq ?? 0) });
    expect(Math.abs((pong?.serverAt ?? 0) - Date.now())).toBeLessThan(10_000);
  }
  expect(await tester.report()).toMatchObject({ pings: 5, loadBytes: 0 });
});

it('counts what fills the way up, and fills the way down at the agreed rate, once', async () => {
  const tester = new Tester();
  await tester.open({ downKbps: 800 });
  for (let count = 0; count < 11; count++) tester.send(loadPacket(1_000));
  await until(async () => {
    const report = await tester.report();
    return typeof report === 'object' && report.loadBytes === 10_000;
  }, 'ten packets after the first one');
  expect((await tester.wire.request('speedTestFill', {})).type).toBe('response');
  const expected = (800 * SPEED_TEST.loadMs) / 8 / SPEED_TEST.loadBytes.large;
  await until(() => tester.received.length >= expected * 0.9, 'most of what fills');
  expect(tester.received.length).toBeLessThanOrEqual(expected);
  expect(tester.received.every((bytes) => bytes.length === SPEED_TEST.loadBytes.large)).toBe(true);
  expect(await tester.wire.request('speedTestFill', {})).toMatchObject({ type: 'error', code: -3 });
});

it.each([
  ['no ticket', { userSig: '' }, -3320],
  ['an expired ticket', { userSig: ticket('alice', { expire: -10 }) }, -70001],
  ['the ticket of somebody else', { userSig: ticket('bob') }, -70013],
  ['an unknown application', { sdkAppId: 1_400_000_999 }, -70252],
  ['more than is allowed', { upKbps: 5_001 }, -102023],
  ['less than is allowed', { downKbps: 9 }, -102023],
])('is refused for %s', async (_what, over, code) => {
  const tester = new Tester();
  expect(await tester.ask(over)).toBe(code);
  expect(server.counts().transports).toBe(0);
  expect(await tester.report()).toBe(-3);
});

it('is for one test of a user at a time', async () => {
  const first = new Tester();
  await first.open();
  expect(await new Tester().ask()).toBe(-3);
  const other = new Tester();
  await other.open({ userId: 'bob', userSig: ticket('bob') });
  first.close();
  await until(() => server.counts().connections === 2, 'the first one is gone');
  await new Tester().open();
});

it('is for outside of rooms', async () => {
  const tester = new Tester();
  await tester.wire.enter('alice');
  expect(await tester.ask()).toBe(-3);
  await tester.wire.request('exit', {});
  const testing = new Tester();
  await testing.open();
  await expect(testing.wire.enter('alice')).rejects.toThrow('-3340');
});

it('ends for who sends more than was agreed, or nonsense without end', async () => {
  const tester = new Tester();
  await tester.open({ upKbps: 10 });
  for (let count = 0; count < 20; count++) tester.send(new Uint8Array(1_000));
  await until(async () => (await tester.report()) === -3, 'the path is closed');
  expect(server.counts().transports).toBe(0);
});
