import { systemClock } from '@rotunda/base';
import type { Source } from '@rotunda/protocol';
import { SeiFormat, type SeiMessage } from './sei-format.ts';
import { SeiPipes, type FrameStreams, type PipeOptions } from './sei-pipes.ts';
import { SeiQueue } from './sei-queue.ts';
import { workerProgram, type FromWorker, type SentSei, type ToWorker } from './sei-worker.ts';

/** A worker of a few kilobytes that says nothing for so long will not say anything. Milliseconds. */
const WORKER_PATIENCE_MS = 3_000;

/**
 * What the platform gives for one sender or receiver. Attached when that is made, or never, and never taken off: one that comes later gets no
 * frames in Chromium, and without the one that it had a receiver gets none either.
 */
type Carrier = Partial<Pick<RTCRtpSender, 'transform'>> & { createEncodedStreams?(): FrameStreams };

/** Where frames are led through. */
interface Runner {
  attach(carrier: Carrier, options: PipeOptions): void;
  send(message: SentSei): void;
  read(reading: boolean): void;
  close(): void;
}

type OnMessage = (key: string, message: SeiMessage) => void;

/** Whether the platform has encoded transforms at all. */
export function hasEncodedTransforms(): boolean {
  return hasScriptTransforms() || hasEncodedStreams();
}

/**
 * Puts messages into the frames that this client sends and reads those in frames that it receives: in a worker (RTCRtpScriptTransform), or in
 * the page itself where there is only Chromium's older createEncodedStreams, or where the page's Content-Security-Policy allows no worker
 * from a blob. Begins when it is first needed.
 */
export class SeiTransforms {
  readonly #onMessage: OnMessage;
  #runner: Promise<Runner | null> | null = null;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  /** @returns what to call with a sender or receiver as soon as it is made; null when the platform can do nothing here. */
  async prepare(): Promise<((carrier: Carrier, options: PipeOptions) => void) | null> {
    const runner = await this.#open();
    return runner && ((carrier, options) => runner.attach(carrier, options));
  }

  /** Whether received frames are looked into, which they are at first. They are led through either way. */
  read(reading: boolean): void {
    void this.#runner?.then((runner) => runner?.read(reading));
  }

  /** With the next frames of the source; in the order of the calls. */
  send(source: Source, message: SeiMessage, copies: number): void {
    void this.#open().then((runner) => runner?.send({ source, message, copies }));
  }

  /** After the senders and receivers. */
  close(): void {
    void this.#runner?.then((runner) => runner?.close());
  }

  #open(): Promise<Runner | null> {
    return (this.#runner ??= openRunner(this.#onMessage));
  }
}

async function openRunner(onMessage: OnMessage): Promise<Runner | null> {
  const inWorker = hasScriptTransforms() ? await openWorker(onMessage) : null;
  return inWorker ?? (hasEncodedStreams() ? runInPage(onMessage) : null);
}

/** @returns null when the page may not have such a worker, or its code does not work. */
async function openWorker(onMessage: OnMessage): Promise<Runner | null> {
  const url = URL.createObjectURL(new Blob([workerProgram()], { type: 'text/javascript' }));
  try {
    const worker = new Worker(url);
    if (!(await isReady(worker))) {
      worker.terminate();
      return null;
    }
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data !== 'ready') onMessage(data.key, data.message);
    });
    return {
      attach: (carrier, options) => {
        carrier.transform = new RTCRtpScriptTransform(worker, options);
      },
      send: (sent) => worker.postMessage(sent satisfies ToWorker, [sent.message.bytes.buffer]),
      read: (reading) => worker.postMessage({ reading } satisfies ToWorker, []),
      close: () => worker.terminate(),
    };
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function isReady(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = systemClock.after(WORKER_PATIENCE_MS, () => resolve(false));
    const settle = (ready: boolean): void => {
      timer.cancel();
      resolve(ready);
    };
    worker.addEventListener('message', () => settle(true), { once: true });
    worker.addEventListener('error', () => settle(false), { once: true });
  });
}

function runInPage(onMessage: OnMessage): Runner {
  const pipes = new SeiPipes({
    format: new SeiFormat(),
    createQueue: () => new SeiQueue(),
    now: () => performance.now(),
    onMessage,
  });
  return {
    attach: (carrier, options) => {
      const streams = carrier.createEncodedStreams?.();
      if (streams) pipes.open(options, streams);
    },
    send: ({ source, message, copies }) => pipes.add(source, message, copies),
    read: (reading) => {
      pipes.reading = reading;
    },
    close: () => undefined,
  };
}

function hasScriptTransforms(): boolean {
  return 'RTCRtpScriptTransform' in globalThis;
}

function hasEncodedStreams(): boolean {
  return 'RTCRtpSender' in globalThis && 'createEncodedStreams' in RTCRtpSender.prototype;
}
