import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_FRAME_BYTES, PROTOCOL_VERSIONS, SIGNAL_PATH, type WelcomeFrame } from '@rotunda/protocol';
import { WebSocketServer, type WebSocket } from 'ws';
import { peerOf } from './client-facts.ts';
import { Connection } from './connection.ts';
import type { SignallingContext } from './context.ts';

/** Close code of a server that goes away (RFC 6455 section 7.4.1): clients come back elsewhere or later. */
const GOING_AWAY = 1001;

/** The WebSocket door. Every socket gets `welcome` unasked and then is a {@link Connection}. */
export class Gateway {
  readonly #context: SignallingContext;
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  /** The same for everybody, so serialised once. */
  readonly #welcomeText: string;

  constructor(context: SignallingContext) {
    this.#context = context;
    this.#welcomeText = JSON.stringify({
      type: 'welcome',
      versions: [...PROTOCOL_VERSIONS],
      routerRtpCapabilities: context.media.routerRtpCapabilities,
      timers: context.timers,
      iceServers: context.iceServers,
    } satisfies WelcomeFrame);
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
    });
  }

  get size(): number {
    return this.#connections.size;
  }

  attach(http: Server): void {
    http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Sends every client away and stops listening. Their sockets are gone within a second. */
  close(): void {
    for (const connection of this.#connections) connection.link.close(GOING_AWAY);
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', (error) => this.#context.log.debug({ err: error }, 'socket error before the upgrade'));
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== SIGNAL_PATH) {
      // The HTTP server has let go of an upgraded socket: if its client never closes its half, nobody else would.
      socket.once('finish', () => socket.destroy());
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket, request));
  }

  #welcome(socket: WebSocket, request: IncomingMessage): void {
    const connection = new Connection(socket, this.#context, peerOf(request));
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
    connection.link.sendText(this.#welcomeText);
  }
}
