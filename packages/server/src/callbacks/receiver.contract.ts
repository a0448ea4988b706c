import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { readCallback, type CallbackBody, signBody } from '@rotunda/protocol/callbacks';
import { reservePort } from '../testing/ports.ts';

export const RECEIVER_KEY = 'receiverKey123';

export type Mood = 'accepts' | 'stalls' | 'fails' | 'hangs up' | 'redirects' | 'upgrades';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: CallbackBody;
  readonly mood: Mood;
}

/** A backend that takes callbacks, and refuses them in every way when it is told to. Unsigned ones are a fault. */
export class Receiver {
  readonly requests: Received[] = [];
  readonly faults: string[] = [];
  mood: Mood = 'accepts';
  #server = createServer((request, response) => void this.#take(request, response));
  #port = 0;

  async listen(): Promise<this> {
    this.#server = createServer((request, response) => void this.#take(request, response));
    this.#port ||= await reservePort();
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/trtc`;
  }

  /** Events that were accepted, in order. */
  get accepted(): CallbackBody[] {
    return this.requests.flatMap(({ body, mood }) => (mood === 'accepts' ? [body] : []));
  }

  /** Each as its type, its user and its reason. */
  get summary(): string[] {
    return this.accepted.map(describeBody);
  }

  summaryOf(room: number | string): string[] {
    return this.accepted.filter(({ EventInfo }) => EventInfo.RoomId === room).map(describeBody);
  }

  /** Connections are refused until it listens again. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = readCallback(JSON.parse(raw.toString('utf8')));
    if (!body) this.faults.push(`not a callback: ${raw.toString('utf8')}`);
    else this.requests.push({ headers: request.headers, body, mood: this.mood });
    if (request.headers['sign'] !== signBody(RECEIVER_KEY, raw)) this.faults.push('wrong signature');
    if (request.url !== '/trtc') this.faults.push(`posted to ${request.url}`);
    this.#answer(response);
  }

  #answer(response: ServerResponse): void {
    switch (this.mood) {
      case 'accepts':
        response.end('{"code":0}');
        return;
      case 'fails':
        response.writeHead(500).end('no');
        return;
      case 'redirects':
        response.writeHead(307, { location: '/elsewhere' }).end();
        return;
      case 'hangs up':
        response.destroy();
        return;
      case 'upgrades':
        response.writeHead(101, { connection: 'upgrade', upgrade: 'websocket' }).end();
        return;
      case 'stalls':
    }
  }
}

function describeBody({ EventType, EventInfo }: CallbackBody): string {
  const { UserId = '', Reason = '' } = EventInfo as { UserId?: string; Reason?: number };
  return `${EventType} ${UserId} ${Reason}`.trimEnd();
}
