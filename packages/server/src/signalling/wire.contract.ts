import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerFrame, SnapshotMessage, Source } from '@rotunda/protocol';
import { afterAll } from 'vitest';
import { WebSocket } from 'ws';
import { opus, vp8 } from '../media/harness.contract.ts';
import { startServer, type RotundaServer, type StartServerOptions } from '../index.ts';

interface SigModule {
  Api: new (
    sdkAppId: number,
    key: string,
  ) => {
    genUserSig(userId: string, expire: number): string;
    genPrivateMapKey(userId: string, expire: number, roomId: number, privileges: number): string;
    genPrivateMapKeyWithStringRoomID(
      userId: string,
      expire: number,
      room: string,
      privileges: number,
    ): string;
  };
}
const { Api } = createRequire(import.meta.url)('tls-sig-api-v2') as SigModule;

export const APP = {
  sdkAppId: 1_400_000_001,
  secretKey: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
  cloudApi: { secretId: 'AKIDwire', secretKey: 'wire-secret' },
};

export function ticket(
  userId: string,
  over: { sdkAppId?: number; key?: string; expire?: number } = {},
): string {
  const { sdkAppId = APP.sdkAppId, key = APP.secretKey, expire = 3600 } = over;
  return new Api(sdkAppId, key).genUserSig(userId, expire);
}

/** A permission ticket. */
export function permit(
  userId: string,
  privileges: number,
  over: { room?: number | string; sdkAppId?: number; key?: string; expire?: number } = {},
): string {
  const { room = 7, sdkAppId = APP.sdkAppId, key = APP.secretKey, expire = 3600 } = over;
  const api = new Api(sdkAppId, key);
  return typeof room === 'number'
    ? api.genPrivateMapKey(userId, expire, room, privileges)
    : api.genPrivateMapKeyWithStringRoomID(userId, expire, room, privileges);
}

/** A permission ticket with which there are two seconds left to do something, and what waits until it has expired. */
export function shortPermit(...[userId, privileges, over]: Parameters<typeof permit>) {
  const ticket = permit(userId, privileges, { ...over, expire: 3 });
  const expiresAt = (Math.floor(Date.now() / 1_000) + 3) * 1_000;
  const expired = (): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, expiresAt + 10 - Date.now()));
  return { ticket, expired };
}

const dataDirs: string[] = [];
afterAll(() => {
  for (const dataDir of dataDirs.splice(0)) rmSync(dataDir, { recursive: true, force: true });
});

/** A folder that is removed after the last test of the file. */
export function tempDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'rotunda-wire-'));
  dataDirs.push(dataDir);
  return dataDir;
}

export function startTestServer(over: Partial<StartServerOptions> = {}): Promise<RotundaServer> {
  return startServer({
    port: 0,
    workers: 1,
    announcedAddress: '127.0.0.1',
    dataDir: tempDataDir(),
    apps: [APP],
    dev: true,
    logLevel: 'silent',
    ...over,
  });
}

type EventFrame = Extract<ServerFrame, { type: 'event' }>;
type Answer = Extract<ServerFrame, { type: 'response' | 'error' }>;

/** A client that speaks the wire and nothing else. It answers pings and acknowledges, unless told not to. */
export class WireClient {
  readonly events: EventFrame[] = [];
  readonly closed: Promise<number>;
  answering = true;
  #frames: ServerFrame[] = [];
  #waiters = new Set<() => void>();
  #nextId = 1;
  readonly socket: WebSocket;

  constructor(server: { url: string }) {
    this.socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/signal`);
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as ServerFrame));
  }

  async request(method: string, params: unknown): Promise<Answer> {
    const welcome = await this.frame((frame) => frame.type === 'welcome');
    const id = this.#nextId++;
    const filled =
      method === 'enter' || method === 'resume'
        ? {
            rtpCapabilities: (welcome as { routerRtpCapabilities: unknown }).routerRtpCapabilities,
            ...(params as object),
          }
        : params;
    this.socket.send(JSON.stringify({ type: 'request', id, method, params: filled }));
    return (await this.frame(
      (frame) => (frame.type === 'response' || frame.type === 'error') && frame.id === id,
    )) as Answer;
  }

  async enter(userId: string, over: object = {}): Promise<SnapshotMessage> {
    const answer = await this.request('enter', {
      sdkAppId: APP.sdkAppId,
      userId,
      userSig: ticket(userId),
      room: { roomId: 7 },
      scene: 0,
      role: 20,
      ...over,
    });
    if (answer.type === 'error') throw new Error(`refused: ${answer.code} ${answer.message}`);
    return answer.result as SnapshotMessage;
  }

  resume(snapshot: SnapshotMessage, userId: string): Promise<Answer> {
    return this.request('resume', { resumeToken: snapshot.resumeToken, userSig: ticket(userId), role: 20 });
  }

  event(name: string): Promise<EventFrame> {
    return this.frame((frame) => frame.type === 'event' && frame.name === name) as Promise<EventFrame>;
  }

  /** The first frame, come or to come, that fits. */
  async frame(fits: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    for (;;) {
      const found = this.#frames.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  #receive(frame: ServerFrame): void {
    if (frame.type === 'ping') {
      if (this.answering) this.socket.send(JSON.stringify({ type: 'pong', n: frame.n }));
      return;
    }
    if (frame.type === 'event') {
      this.events.push(frame);
      if (frame.ack !== undefined && this.answering)
        this.socket.send(JSON.stringify({ type: 'ack', n: frame.ack }));
    }
    this.#frames.push(frame);
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}

/** A user who is in the room and may publish. */
export async function enterSpeaker(wire: WireClient, userId: string, over: object = {}) {
  const snapshot = await wire.enter(userId, over);
  const publish = (source: Source, ssrc: number): Promise<Answer> =>
    wire.request('publish', {
      transportId: snapshot.transports!.send!.transportId,
      source,
      rtpParameters: source === 'audio' ? opus(ssrc, `${ssrc}`) : vp8([{ ssrc }], `${ssrc}`),
      muted: false,
    });
  return { wire, snapshot, publish };
}

export async function cloudApi(
  server: RotundaServer,
  action: string,
  parameters: object,
): Promise<{ Error?: { Code: string } }> {
  const response = await fetch(`${server.url}/dev/cloudapi/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ SdkAppId: APP.sdkAppId, ...parameters }),
  });
  const { Response } = (await response.json()) as { Response: { Error?: { Code: string } } };
  return Response;
}
