import { TRTCError } from '@rotunda/protocol';
import { SpeedTest, type SpeedTestOutcome, type SpeedTestParams, type SpeedTestTools } from './speed-test.ts';

export interface SpeedTesterTools extends Omit<SpeedTestTools, 'signalUrl'> {
  /** Of the server to test the way to; null when none is known. */
  signalUrl(): string | null;
  /** Whether the user is in no room, nor on the way in or out. */
  outside(): boolean;
}

/** One speed test at a time, outside of rooms. */
export class SpeedTester {
  readonly #tools: SpeedTesterTools;
  #running: SpeedTest | null = null;
  #state: 'open' | 'closed' = 'open';

  constructor(tools: SpeedTesterTools) {
    this.#tools = tools;
  }

  /** Throws a TRTCError ERR_REFUSED in a room, while another one runs, without the address of a server, and when it is closed. */
  start(params: SpeedTestParams): void {
    if (this.#state === 'closed') throw new TRTCError('ERR_REFUSED', 'the instance was destroyed');
    const signalUrl = this.#tools.signalUrl();
    if (!this.#tools.outside()) throw new TRTCError('ERR_REFUSED', 'leave the room before a speed test');
    if (this.#running) throw new TRTCError('ERR_REFUSED', 'a speed test is running');
    if (signalUrl === null) throw new TRTCError('ERR_REFUSED', 'tell the SDK the address of the server');
    const onDone = (outcome: SpeedTestOutcome): void => {
      this.#running = null;
      this.#tools.onDone(outcome);
    };
    this.#running = new SpeedTest(params, { ...this.#tools, signalUrl, onDone });
  }

  /** Nothing is told any more. Harmless when none runs. */
  stop(): void {
    this.#running?.close();
    this.#running = null;
  }

  /** Final. */
  close(): void {
    this.#state = 'closed';
    this.stop();
  }

  /** A room is entered: what is measured meanwhile would be worth nothing, and cost the call. */
  interrupt(): void {
    if (!this.#running) return;
    this.stop();
    queueMicrotask(() => this.#tools.onDone({ kind: 'failed', message: 'a room was entered' }));
  }
}
