import { TypedEmitter } from '@rotunda/base';
import type { LocalTrack } from '../devices/platform.ts';
import type { RemoteTrack } from '../media/engine.ts';
import { Framer } from './framer.ts';
import type { AudioGraph, Bus, SampleTap, SampleTapEvents } from './graph.ts';
import type { HeardSounds } from './heard-sounds.ts';
import type { AudioMix } from './mix.ts';

/**
 * Which sound: the microphone as it is captured, what the others are to hear of the user, each other user as received, everybody and
 * everything that is heard here, or all of it with the user's own.
 */
export type FrameKind = 'captured' | 'processed' | 'user' | 'heard' | 'all';

/** Is given frames of 20 ms: 960 samples of 16 bit in mono, at 48 kHz, its own from now on. `userId` is empty but for a `user`. */
export type FrameListener = (samples: Int16Array<ArrayBuffer>, userId: string) => void;
export type FrameListeners = Partial<Record<FrameKind, FrameListener>>;

/** `outside`: of a room. `leaving`: nothing may be opened until that is done. */
type State = 'outside' | 'inRoom' | 'leaving' | 'closed';

interface Wanted {
  readonly kind: FrameKind;
  /** Empty but for a `user`. */
  readonly userId: string;
  open(graph: AudioGraph, events: SampleTapEvents): SampleTap;
}

/** Gives the application sound as frames, as long as it listens and there is such a sound. Costs nothing otherwise. */
export class FrameTaps {
  /** `failed`: the platform gives no samples. Nobody is listened for any more. */
  readonly events = new TypedEmitter<{ failed: [] }>();
  readonly #mix: AudioMix;
  readonly #heard: HeardSounds;
  /** By what they are of: a track, or a mix. */
  readonly #taps = new Map<object | FrameKind, SampleTap>();
  #listeners: FrameListeners = {};
  #state: State = 'outside';

  constructor({ mix, heard }: { mix: AudioMix; heard: HeardSounds }) {
    this.#mix = mix;
    this.#heard = heard;
  }

  /** In place of those before. They stay when a room is left. */
  setListeners(listeners: FrameListeners): void {
    this.#listeners = listeners;
    this.update();
  }

  /** A room was entered. */
  begin(): void {
    if (this.#state === 'outside') this.#state = 'inRoom';
    this.update();
  }

  /** Ends all; nothing is opened before {@link reopen}. */
  release(): void {
    if (this.#state !== 'closed') this.#state = 'leaving';
    this.update();
  }

  /** The room has been left. */
  reopen(): void {
    if (this.#state === 'leaving') this.#state = 'outside';
  }

  /** Final. */
  close(): void {
    this.#state = 'closed';
    this.events.removeAllListeners();
    this.update();
  }

  /** What there is may have changed. */
  update(): void {
    const wanted = this.#wanted();
    for (const [of, tap] of this.#taps) {
      if (wanted.has(of)) continue;
      this.#taps.delete(of);
      tap.close();
    }
    const graph = wanted.size > 0 ? this.#mix.beginRecording(this) : null;
    if (!graph) this.#mix.endRecording(this);
    if (graph && (wanted.has('heard') || wanted.has('all'))) this.#heard.beginRecording(this);
    else this.#heard.endRecording(this);
    if (!graph) return;
    for (const [of, each] of wanted) if (!this.#taps.has(of)) this.#taps.set(of, this.#open(graph, each));
  }

  #open(graph: AudioGraph, wanted: Wanted): SampleTap {
    const { kind, userId } = wanted;
    const framer = new Framer((samples) => this.#listeners[kind]?.(samples, userId));
    const tap = wanted.open(graph, {
      onSamples: (samples) => framer.take(samples, tap.sampleRate),
      onFailed: () => {
        this.setListeners({});
        this.events.emit('failed');
      },
    });
    return tap;
  }

  #wanted(): Map<object | FrameKind, Wanted> {
    const wanted = new Map<object | FrameKind, Wanted>();
    if (this.#state === 'leaving' || this.#state === 'closed') return wanted;
    const { microphone } = this.#mix.voice;
    if (microphone && this.#listeners.captured) wanted.set(microphone, ofTrack('captured', microphone));
    if (this.#listeners.user)
      for (const { userId, track } of this.#heard.sounds) wanted.set(track, ofTrack('user', track, userId));
    const inRoom = this.#state === 'inRoom';
    const mixes: readonly [FrameKind, boolean, readonly Bus[]][] = [
      ['processed', this.#mix.outgoing() !== null, ['publish']],
      ['heard', inRoom, ['playout', 'beside']],
      ['all', inRoom, ['own', 'others']],
    ];
    for (const [kind, exists, buses] of mixes)
      if (exists && this.#listeners[kind])
        wanted.set(kind, { kind, userId: '', open: (graph, events) => graph.openSampleTap(buses, events) });
    return wanted;
  }
}

function ofTrack(kind: FrameKind, track: LocalTrack | RemoteTrack, userId = ''): Wanted {
  return { kind, userId, open: (graph, events) => graph.openTrackTap(track, events) };
}
