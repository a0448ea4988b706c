import { SeiFormat, type SeiMessage } from './sei-format.ts';
import { SeiPipes, type FrameStreams, type PipeOptions } from './sei-pipes.ts';
import { SeiQueue } from './sei-queue.ts';

/** A message that is to ride on the next frames of a source. */
export interface SentSei {
  readonly source: string;
  readonly message: SeiMessage;
  readonly copies: number;
}

/** What the page tells its worker: what to send, and whether to look into received frames, which it does at first. */
export type ToWorker = SentSei | { readonly reading: boolean };

/** What the worker tells the page: that it works, and what has arrived. */
export type FromWorker = 'ready' | { readonly key: string; readonly message: SeiMessage };

/** The part of a dedicated worker's global that is used. */
export interface WorkerScope {
  onrtctransform: ((event: { readonly transformer: FrameStreams & { options: PipeOptions } }) => void) | null;
  addEventListener(type: 'message', listener: (event: { readonly data: ToWorker }) => void): void;
  postMessage(message: FromWorker, transfer: ArrayBuffer[]): void;
}

/** Runs in the worker, where nothing is known but the arguments. */
function runWorker(
  scope: WorkerScope,
  Format: typeof SeiFormat,
  Queue: typeof SeiQueue,
  Pipes: typeof SeiPipes,
): void {
  const format = new Format();
  const pipes = new Pipes({
    format,
    createQueue: () => new Queue(),
    now: () => performance.now(),
    onMessage: (key, message) => scope.postMessage({ key, message }, [message.bytes.buffer]),
  });
  scope.onrtctransform = ({ transformer }) => pipes.open(transformer.options, transformer);
  scope.addEventListener('message', ({ data }) => {
    if ('reading' in data) pipes.reading = data.reading;
    else pipes.add(data.source, data.message, data.copies);
  });
  // Frames are led through here only when this has been seen to work: a bundler may have taken the code apart.
  const bytes = Uint8Array.of(1, 2);
  const packed = format.pack('vp8', Uint8Array.of(0), [{ number: 1, bytes }]);
  if (format.unpack('vp8', packed).messages[0]?.number === 1) scope.postMessage('ready', []);
}

/**
 * The program of the worker. It is made of the text of functions and classes that use nothing from outside, so that the SDK stays one file,
 * whatever bundles it.
 */
export function workerProgram(): string {
  return `(${String(runWorker)})(self,${String(SeiFormat)},${String(SeiQueue)},${String(SeiPipes)})`;
}
