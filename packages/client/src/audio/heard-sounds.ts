import type { RemoteTrack } from '../media/engine.ts';
import type { AudioSink, Playback } from '../media/playback.ts';
import type { GraphVoice } from './graph.ts';
import type { SharedGraph } from './shared-graph.ts';
import type { Direction } from './space.ts';

const FULL_VOLUME = 100;

/** A sound that may come from somewhere. */
export interface PlacedSink extends AudioSink {
  /**
   * How loud the last `ms` milliseconds were, whatever the volume: root mean square, 0 to 1. Null before {@link measure}, and while it
   * is played in full as it arrives: then the platform counts it.
   */
  level(ms: number): number | null;
  /** {@link level} is asked for from now on. */
  measure(): void;
  /** Null: from nowhere in particular. So is everything while the graph does not run, and where the platform cannot mix. */
  setDirection(direction: Direction | null): void;
}

type Graph = Pick<SharedGraph, 'open' | 'current'>;
type SoundRequest = Parameters<Playback['openAudio']>[0] & { readonly userId: string };

/**
 * Stands between who lets the others be heard and what plays them, so that they can come from somewhere and a recording hears the
 * same.
 */
export class HeardSounds {
  readonly #playback: Pick<Playback, 'openAudio'>;
  readonly #graph: Graph;
  readonly #onChanged: () => void;
  readonly #sounds = new Set<HeardSound>();
  readonly #recordings = new Set<object>();

  /** `onChanged`: somebody is heard, or no longer. */
  constructor(
    playback: Pick<Playback, 'openAudio'>,
    { graph, onChanged }: { graph: Graph; onChanged: () => void },
  ) {
    this.#playback = playback;
    this.#graph = graph;
    this.#onChanged = onChanged;
  }

  /** What is heard now, and of whom. */
  get sounds(): Iterable<{ readonly userId: string; readonly track: RemoteTrack }> {
    return this.#sounds;
  }

  openAudio(request: SoundRequest): PlacedSink {
    const sound = new HeardSound(request, {
      sink: this.#playback.openAudio(request),
      graph: this.#graph,
      isRecorded: () => this.#recordings.size > 0,
      onClosed: () => {
        this.#sounds.delete(sound);
        this.#onChanged();
      },
    });
    this.#sounds.add(sound);
    this.#onChanged();
    return sound;
  }

  /** Lets what is heard, now and later, go into the mix of the others too, for `owner`. */
  beginRecording(owner: object): void {
    if (this.#recordings.has(owner)) return;
    this.#recordings.add(owner);
    this.update();
  }

  endRecording(owner: object): void {
    if (this.#recordings.delete(owner)) this.update();
  }

  /** The graph began or stopped to run. */
  update(): void {
    for (const sound of this.#sounds) sound.update();
  }
}

interface HeardSoundTools {
  /** Plays it as it is. */
  readonly sink: AudioSink;
  readonly graph: Graph;
  isRecorded(): boolean;
  onClosed(): void;
}

/** In the graph while it is needed there: heard by it if it comes from somewhere, and then its own sink is silent. */
class HeardSound implements PlacedSink {
  readonly userId: string;
  readonly track: RemoteTrack;
  readonly #tools: HeardSoundTools;
  #volume: number;
  #direction: Direction | null = null;
  #level: 'unasked' | 'wanted' = 'unasked';
  #voice: GraphVoice | null = null;

  constructor({ userId, track, volume }: SoundRequest, tools: HeardSoundTools) {
    this.userId = userId;
    this.track = track;
    this.#volume = volume;
    this.#tools = tools;
    this.update();
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.update();
  }

  setDirection(direction: Direction | null): void {
    this.#direction = direction;
    this.update();
  }

  measure(): void {
    if (this.#level === 'wanted') return;
    this.#level = 'wanted';
    this.update();
    this.#voice?.level(0);
  }

  level(ms: number): number | null {
    const measured = this.#level === 'wanted' && !this.#playsInFull() && this.#runs();
    return measured ? (this.#voice?.level(ms) ?? null) : null;
  }

  update(): void {
    const { sink } = this.#tools;
    const placed = this.#direction !== null;
    const recorded = this.#tools.isRecorded();
    if (placed || recorded || (this.#level === 'wanted' && !this.#playsInFull())) this.#openVoice();
    else this.#closeVoice();
    const gain = this.#volume / FULL_VOLUME;
    const mixed = placed && this.#runs();
    sink.setVolume(mixed ? 0 : this.#volume);
    this.#voice?.setDirection(this.#direction);
    this.#voice?.setGain('playout', mixed ? gain : 0);
    this.#voice?.setGain('others', recorded ? gain : 0);
    this.#voice?.setGain('beside', recorded && !mixed ? gain : 0);
  }

  close(): void {
    this.#tools.onClosed();
    this.#tools.sink.close();
    this.#closeVoice();
  }

  /** By its own sink, as it arrives. Platforms count sound as loud as they play it. */
  #playsInFull(): boolean {
    return this.#direction === null && this.#volume >= FULL_VOLUME;
  }

  /** A graph that waits for a gesture is silent: until then better from nowhere in particular. */
  #runs(): boolean {
    return this.#voice !== null && this.#tools.graph.current?.running === true;
  }

  #openVoice(): void {
    if (this.#voice) return;
    this.#voice = this.#tools.graph.open()?.addVoice(this.track) ?? null;
    // A meter knows what comes after it was first asked.
    if (this.#level === 'wanted') this.#voice?.level(0);
  }

  #closeVoice(): void {
    this.#voice?.close();
    this.#voice = null;
  }
}
