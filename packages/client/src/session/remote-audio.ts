import type { RemoteTrack } from '../media/engine.ts';
import type { AudioSink, Playback } from '../media/playback.ts';

export interface RemoteAudioTools {
  readonly playback: Pick<Playback, 'openAudio'>;
  /** Receive the user's sound, or no longer. */
  want(userId: string, wanted: boolean): void;
  onBlocked(userId: string, resume: () => Promise<void>): void;
  /** How loud everything is played here, 0 to 100: for what plays beside the others. */
  onPlayoutVolume(volume: number): void;
}

const FULL_VOLUME = 100;

/** Who is heard: everybody by default, played as it arrives. Mutes and volumes last for one stay. */
export class RemoteAudio {
  readonly #tools: RemoteAudioTools;
  readonly #sinks = new Map<string, AudioSink>();
  /** The application's own word about a user, which goes before the defaults. */
  readonly #choices = new Map<string, 'hear' | 'mute'>();
  readonly #volumes = new Map<string, number>();
  readonly #present = new Set<string>();
  #all: 'hear' | 'mute' = 'hear';
  #playoutVolume = FULL_VOLUME;
  #automatic = true;

  constructor(tools: RemoteAudioTools) {
    this.#tools = tools;
  }

  /** Whether users are heard without being asked for. Takes effect for the next stay. */
  setAutomatic(automatic: boolean): void {
    this.#automatic = automatic;
  }

  streamStarted(userId: string): void {
    this.#present.add(userId);
    this.#decide(userId);
  }

  streamEnded(userId: string): void {
    this.#present.delete(userId);
    this.#decide(userId);
  }

  userLeft(userId: string): void {
    this.#choices.delete(userId);
    this.#volumes.delete(userId);
  }

  mute(userId: string, muted: boolean): void {
    this.#choices.set(userId, muted ? 'mute' : 'hear');
    this.#decide(userId);
  }

  muteAll(muted: boolean): void {
    this.#all = muted ? 'mute' : 'hear';
    this.#choices.clear();
    if (!muted) for (const userId of this.#present) this.#choices.set(userId, 'hear');
    for (const userId of this.#present) this.#decide(userId);
  }

  /** 0 to 100 for one user. */
  setVolume(userId: string, volume: number): void {
    this.#volumes.set(userId, volume);
    this.#sinks.get(userId)?.setVolume(this.#volumeOf(userId));
  }

  /** 0 to 100 for everybody, on top of each one's own. */
  setPlayoutVolume(volume: number): void {
    this.#playoutVolume = volume;
    for (const [userId, sink] of this.#sinks) sink.setVolume(this.#volumeOf(userId));
    this.#tools.onPlayoutVolume(volume);
  }

  get playoutVolume(): number {
    return this.#playoutVolume;
  }

  play(userId: string, track: RemoteTrack): void {
    this.#sinks.get(userId)?.close();
    const sink = this.#tools.playback.openAudio({
      track,
      volume: this.#volumeOf(userId),
      onBlocked: (resume) => this.#tools.onBlocked(userId, resume),
    });
    this.#sinks.set(userId, sink);
  }

  stopPlaying(userId: string): void {
    this.#sinks.get(userId)?.close();
    this.#sinks.delete(userId);
  }

  /** The stay is over. */
  reset(): void {
    for (const sink of this.#sinks.values()) sink.close();
    this.#sinks.clear();
    this.#choices.clear();
    this.#volumes.clear();
    this.#present.clear();
    this.#all = 'hear';
  }

  #decide(userId: string): void {
    const choice = this.#choices.get(userId) ?? (this.#automatic ? this.#all : 'mute');
    this.#tools.want(userId, this.#present.has(userId) && choice === 'hear');
  }

  #volumeOf(userId: string): number {
    return ((this.#volumes.get(userId) ?? FULL_VOLUME) * this.#playoutVolume) / 100;
  }
}
