import type { LocalTrack } from '../devices/platform.ts';
import type { Recorder, RecorderEvents, RecordingPlatform } from '../recording/platform.ts';
import type { Gates } from './gates.ts';

/** A recorder without an encoder: what it records is said by the test. */
export class FakeRecorder implements Recorder {
  readonly tracks: readonly LocalTrack[];
  readonly type: string;
  state: 'recording' | 'ending' | 'ended' = 'recording';
  /** Comes as the last part. */
  rest: string;
  readonly #gates: Gates;
  readonly #events: RecorderEvents;

  constructor(given: {
    tracks: readonly LocalTrack[];
    type: string;
    rest: string;
    gates: Gates;
    events: RecorderEvents;
  }) {
    this.tracks = given.tracks;
    this.type = given.type;
    this.rest = given.rest;
    this.#gates = given.gates;
    this.#events = given.events;
  }

  /** As when a part is ready. */
  give(part: string): void {
    this.#events.onPart(new Blob([part]));
  }

  /** As when it cannot go on. */
  fail(): void {
    this.state = 'ended';
    this.#events.onEnded(true);
  }

  stop(): void {
    if (this.state === 'recording') void this.#end();
  }

  async #end(): Promise<void> {
    this.state = 'ending';
    await this.#gates.pass('end recorder');
    this.state = 'ended';
    this.give(this.rest);
    this.#events.onEnded(false);
  }
}

/** Records nothing, and remembers what is saved. */
export class FakeRecording implements RecordingPlatform {
  readonly recorders: FakeRecorder[] = [];
  readonly saved: { readonly name: string; readonly file: Blob }[] = [];
  /** What this platform can write. */
  readonly types = new Set(['video/mp4', 'video/webm', 'audio/mp4', 'audio/webm']);
  /** DOMException name with which no recorder begins. */
  failWith: string | null = null;
  /** The last part of recorders that are made from now on. */
  rest = 'rest';
  readonly #gates: Gates;

  constructor(gates: Gates) {
    this.#gates = gates;
  }

  get open(): number {
    return this.recorders.filter(({ state }) => state !== 'ended').length;
  }

  /** The newest. */
  get last(): FakeRecorder {
    const recorder = this.recorders.at(-1);
    if (!recorder) throw new Error('no recorder yet');
    return recorder;
  }

  supports(type: string): boolean {
    return this.types.has(type);
  }

  record(tracks: readonly LocalTrack[], type: string, events: RecorderEvents): FakeRecorder {
    if (this.failWith) throw new DOMException('fake failure', this.failWith);
    const recorder = new FakeRecorder({ tracks, type, rest: this.rest, gates: this.#gates, events });
    this.recorders.push(recorder);
    return recorder;
  }

  save(name: string, file: Blob): void {
    this.saved.push({ name, file });
  }
}
