import type { AudioGraph, GraphInput } from '../audio/graph.ts';
import type { RemoteTrack } from '../media/engine.ts';
import type { AudioSink, Playback } from '../media/playback.ts';

const FULL_VOLUME = 100;

interface Sound {
  readonly track: RemoteTrack;
  volume: number;
  input: GraphInput | null;
}

/** Stands between who lets the others be heard and what plays them, so that a recording hears the same. */
export class HeardSounds implements Pick<Playback, 'openAudio'> {
  readonly #playback: Pick<Playback, 'openAudio'>;
  readonly #sounds = new Set<Sound>();
  #graph: AudioGraph | null = null;

  constructor(playback: Pick<Playback, 'openAudio'>) {
    this.#playback = playback;
  }

  openAudio(request: Parameters<Playback['openAudio']>[0]): AudioSink {
    const sink = this.#playback.openAudio(request);
    const sound: Sound = { track: request.track, volume: request.volume, input: null };
    this.#sounds.add(sound);
    this.#connect(sound);
    return {
      setVolume: (volume) => {
        sink.setVolume(volume);
        sound.volume = volume;
        sound.input?.setGain('others', volume / FULL_VOLUME);
      },
      close: () => {
        sink.close();
        sound.input?.close();
        this.#sounds.delete(sound);
      },
    };
  }

  /** Mixes what is heard, now and later, into that graph; null: no longer. */
  setGraph(graph: AudioGraph | null): void {
    for (const sound of this.#sounds) {
      sound.input?.close();
      sound.input = null;
    }
    this.#graph = graph;
    for (const sound of this.#sounds) this.#connect(sound);
  }

  #connect(sound: Sound): void {
    sound.input = this.#graph?.addTrack(sound.track) ?? null;
    sound.input?.setGain('others', sound.volume / FULL_VOLUME);
  }
}
