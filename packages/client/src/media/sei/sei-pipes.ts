import type { SeiCodec, SeiFormat, SeiMessage } from './sei-format.ts';
import type { SeiQueue } from './sei-queue.ts';

/** The part of RTCEncodedVideoFrame that is used. */
export interface EncodedFrame {
  data: ArrayBuffer;
  getMetadata(): {
    readonly synchronizationSource?: number;
    readonly spatialIndex?: number;
    readonly mimeType?: string;
  };
}

/** The encoded frames of one sender or receiver, in and out. */
export interface FrameStreams {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
}

/** Which sender or receiver a pair of streams belongs to. */
export interface PipeOptions {
  readonly direction: 'send' | 'recv';
  /** The source, or the consumer. */
  readonly key: string;
  /** What is sent or received, unless the frames say it themselves. */
  readonly codec: string;
}

export interface PipeTools {
  readonly format: SeiFormat;
  createQueue(): SeiQueue;
  /** Milliseconds. */
  now(): number;
  onMessage(key: string, message: SeiMessage): void;
}

/**
 * Lets frames pass from one stream to the other, and puts messages into them or reads those that are in them. Whatever goes wrong
 * with messages, the frame passes.
 *
 * The text of this class also runs in a worker: it may use nothing that is not in it.
 */
export class SeiPipes {
  /** Whether it is looked for messages in received frames. */
  reading = true;
  readonly #tools: PipeTools;
  readonly #queues = new Map<string, SeiQueue>();

  constructor(tools: PipeTools) {
    this.#tools = tools;
  }

  /** Sends a message with the next frames of a source. */
  add(source: string, message: SeiMessage, copies: number): void {
    this.#queue(source).add(message, copies, this.#tools.now());
  }

  open(options: PipeOptions, { readable, writable }: FrameStreams): void {
    const transform = new TransformStream<EncodedFrame, EncodedFrame>({
      transform: (frame, controller) => {
        try {
          if (options.direction === 'send') this.#fill(frame, options);
          else if (this.reading) this.#read(frame, options);
        } catch {
          // A transform that throws ends the stream; the picture matters more than the message.
        }
        controller.enqueue(frame);
      },
    });
    // It ends with the sender or receiver, which knows by itself.
    readable
      .pipeThrough(transform)
      .pipeTo(writable)
      .catch(() => undefined);
  }

  #fill(frame: EncodedFrame, options: PipeOptions): void {
    const { format } = this.#tools;
    const codec = this.#codec(frame, options);
    if (!codec) return;
    const { synchronizationSource, spatialIndex } = frame.getMetadata();
    const layer = String(synchronizationSource ?? spatialIndex);
    const messages = this.#queue(options.key).take(layer, this.#tools.now());
    if (messages.length > 0) frame.data = format.pack(codec, new Uint8Array(frame.data), messages).buffer;
  }

  #read(frame: EncodedFrame, options: PipeOptions): void {
    const codec = this.#codec(frame, options);
    if (!codec) return;
    const given = new Uint8Array(frame.data);
    const { messages, frame: rest } = this.#tools.format.unpack(codec, given);
    if (rest.length < given.length) frame.data = rest.slice().buffer;
    for (const message of messages) this.#tools.onMessage(options.key, message);
  }

  #codec(frame: EncodedFrame, { codec }: PipeOptions): SeiCodec | null {
    const name = (frame.getMetadata().mimeType ?? `video/${codec}`).toLowerCase();
    if (name === 'video/h264') return 'h264';
    return name === 'video/vp8' ? 'vp8' : null;
  }

  #queue(source: string): SeiQueue {
    const known = this.#queues.get(source);
    if (known) return known;
    const queue = this.#tools.createQueue();
    this.#queues.set(source, queue);
    return queue;
  }
}
