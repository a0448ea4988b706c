import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { TransportMessage } from '@rotunda/protocol';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { portOf } from './ports.ts';

export type IceCandidate = TransportMessage['iceCandidates'][number];
/** What the browser is told instead of the server's own candidates. */
export type CandidateRewriter = (candidates: readonly IceCandidate[]) => Promise<readonly IceCandidate[]>;

/**
 * Stands between an SDK and the server, understands the frames, and changes the ICE candidates in them, so that media
 * takes the way that a test wants, or what the browser says it can decode, without any hook in the product.
 */
export class SignalProxy {
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #target: URL;
  readonly #rewrite: CandidateRewriter;
  readonly #hiddenCodec: string | undefined;
  #pings = 0;

  private constructor(target: URL, rewrite: CandidateRewriter, hiddenCodec: string | undefined) {
    this.#target = target;
    this.#rewrite = rewrite;
    this.#hiddenCodec = hiddenCodec;
    this.#http = createServer((incoming, answer) => this.#forward(incoming, answer));
    this.#http.on('upgrade', (incoming: IncomingMessage, socket, head) =>
      this.#sockets.handleUpgrade(incoming, socket, head, (near) => this.#bridge(near, incoming.url ?? '/')),
    );
  }

  static async open(
    targetUrl: string,
    {
      rewrite = (candidates) => Promise.resolve(candidates),
      hiddenCodec,
    }: { rewrite?: CandidateRewriter; hiddenCodec?: string } = {},
  ): Promise<SignalProxy> {
    const proxy = new SignalProxy(new URL(targetUrl), rewrite, hiddenCodec);
    await new Promise<void>((resolve) => proxy.#http.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#http)}`;
  }

  /** Heartbeats of the server that were passed on. */
  get pings(): number {
    return this.#pings;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const { method, url, headers } = incoming;
    const outgoing = request(new URL(url ?? '/', this.#target), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  }

  #bridge(near: WebSocket, path: string): void {
    const url = new URL(path, this.#target);
    url.protocol = 'ws:';
    const far = new WebSocket(url);
    // Rewriting may have to wait, so each direction is a queue.
    let outgoing: Promise<void> = new Promise<void>((resolve) => {
      far.on('open', () => resolve());
    });
    let incoming: Promise<void> = Promise.resolve();
    near.on('message', (data) => {
      outgoing = outgoing.then(() => send(far, this.#withoutCodec(textOf(data))));
    });
    far.on('message', (data) => {
      incoming = incoming.then(async () => send(near, await this.#rewritten(textOf(data))));
    });
    tieEnds(near, far);
  }

  /** The browser seems not to decode {@link #hiddenCodec}, as Debian's Firefox does not decode H.264. */
  #withoutCodec(frame: string): string {
    const hidden = this.#hiddenCodec;
    if (!hidden || !frame.includes('"rtpCapabilities"')) return frame;
    return JSON.stringify(JSON.parse(frame), (key, value: unknown) =>
      key === 'codecs' && Array.isArray(value)
        ? value.filter(({ mimeType }: { mimeType: string }) => mimeType !== hidden)
        : value,
    );
  }

  async #rewritten(frame: string): Promise<string> {
    if (frame.startsWith('{"type":"ping"')) this.#pings += 1;
    if (!frame.includes('"iceCandidates"')) return frame;
    return JSON.stringify(await this.#replaceIn(JSON.parse(frame)));
  }

  async #replaceIn(value: unknown): Promise<unknown> {
    if (Array.isArray(value)) return Promise.all(value.map((item) => this.#replaceIn(item)));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(async ([key, inner]): Promise<[string, unknown]> => [
      key,
      key === 'iceCandidates' ? await this.#rewrite(inner as IceCandidate[]) : await this.#replaceIn(inner),
    ]);
    return Object.fromEntries(await Promise.all(entries));
  }
}

function send(socket: WebSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString();
}

/** One side's end is passed on as it was: with its code when there was one, abruptly otherwise. */
function tieEnds(near: WebSocket, far: WebSocket): void {
  const sides: [WebSocket, WebSocket][] = [
    [near, far],
    [far, near],
  ];
  for (const [side, other] of sides) {
    side.on('error', () => other.terminate());
    side.on('close', (code, reason) => {
      const tellable = code === 1000 || code === 1001 || code >= 3000;
      if (tellable && other.readyState === WebSocket.OPEN) other.close(code, reason);
      else other.terminate();
    });
  }
}
