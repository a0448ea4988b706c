/** What a socket tells its owner. `onClosed` comes at most once and is the last call. */
export interface SocketListener {
  onMessage(text: string): void;
  /** RFC 6455 close code; 1006 when there was none. */
  onClosed(code: number): void;
}

/** One WebSocket, as little of it as signalling needs. */
export interface Socket {
  /** Only after the first message has arrived. */
  send(text: string): void;
  close(): void;
}

/** Opens a socket. May throw for an address that the platform refuses. */
export type SocketFactory = (url: string, listener: SocketListener) => Socket;

/** The platform's own WebSocket. */
export const browserSockets: SocketFactory = (url, listener) => {
  const socket = new WebSocket(url);
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') listener.onMessage(data);
  });
  socket.addEventListener('close', ({ code }) => listener.onClosed(code));
  return { send: (text) => socket.send(text), close: () => socket.close(1000) };
};
