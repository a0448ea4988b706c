import type { Clock } from '@rotunda/base';
import type { HeardSounds, PlacedSink } from '../audio/heard-sounds.ts';
import { Space } from '../audio/space.ts';
import type { SoundSamples } from '../measures/loudness.ts';
import type { RemoteTrack } from '../media/engine.ts';
import { VoiceLimit } from './voice-limit.ts';

export interface RemoteAudioTools {
  readonly clock: Clock;
  readonly playback: Pick<HeardSounds, 'openAudio'>;
  /** As in {@link VoiceLimit}. */
  sample(ms: number): Promise<SoundSamples>;
  /** Receive the user's sound, or no longer. */
  want(userId: string, wanted: boolean): void;
  /** Whether a user is to be heard, when there is something to hear. */
  onChosen(userId: string, heard: boolean): void;
  onBlocked(userId: string, resume: () => Promise<void>): void;
  /** How loud everything is played here, 0 to 100: for what plays beside the others. */
  onPlayoutVolume(volume: number): void;
}

const FULL_VOLUME = 100;

/** Who is heard: everybody by default, played as it arrives. Mutes and volumes last for one stay. */
export class RemoteAudio {
  /** Where everybody is heard from. */
  readonly space = new Space((userId) => this.#apply(userId));
  /** How many are heard at once. */
  readonly voices: VoiceLimit;
  readonly #tools: RemoteAudioTools;
  readonly #sinks = new Map<string, PlacedSink>();
  /** The application's own word about a user, which goes before the defaults. */
  readonly #choices = new Map<string, 'hear' | 'mute'>();
  readonly #volumes = new Map<string, number>();
  readonly #present = new Set<string>();
  #all: 'hear' | 'mute' = 'hear';
  #playoutVolume = FULL_VOLUME;
  /** Of the next stay, and of this one: what becomes of whom nothing was said about. */
  #automatic = true;
  #active = true;

  constructor(tools: RemoteAudioTools) {
    this.#tools = tools;
    this.voices = new VoiceLimit({
      clock: tools.clock,
      sample: (ms) => tools.sample(ms),
      // Volumes are felt by their roots, as in toVolume.
      shareOf: (userId) => Math.sqrt(this.#ownVolumeOf(userId) / FULL_VOLUME),
      onChanged: () => this.#apply(),
    });
  }

  /** Whether users are heard without being asked for. Counts from the next stay on. */
  setAutomatic(automatic: boolean): void {
    this.#automatic = automatic;
  }

  /** A stay begins. */
  begin(): void {
    this.#active = this.#automatic;
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
    this.space.userLeft(userId);
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
    this.#apply(userId);
  }

  /** 0 to 100 for everybody, on top of each one's own. */
  setPlayoutVolume(volume: number): void {
    this.#playoutVolume = volume;
    this.#apply();
    this.#tools.onPlayoutVolume(volume);
  }

  get playoutVolume(): number {
    return this.#playoutVolume;
  }

  /**
   * How loud a user has been in the last `ms` milliseconds: root mean square, 0 to 1. Null where the platform counts it, and as long
   * as nobody has asked by {@link measure}.
   */
  level(userId: string, ms: number): number | null {
    return this.#sinks.get(userId)?.level(ms) ?? null;
  }

  /** As {@link level}; when it is asked for the first time it is not known yet. May open the graph. */
  measure(userId: string, ms: number): number | null {
    const level = this.level(userId, ms);
    this.#sinks.get(userId)?.measure();
    return level;
  }

  play(userId: string, track: RemoteTrack): void {
    this.#sinks.get(userId)?.close();
    this.voices.add(userId);
    const sink = this.#tools.playback.openAudio({
      userId,
      track,
      volume: this.#volumeOf(userId),
      onBlocked: (resume) => this.#tools.onBlocked(userId, resume),
    });
    this.#sinks.set(userId, sink);
    this.#apply(userId);
  }

  stopPlaying(userId: string): void {
    this.#sinks.get(userId)?.close();
    this.#sinks.delete(userId);
    this.voices.delete(userId);
  }

  /** The stay goes on elsewhere: nothing is left of those who were in the old room. What holds for everybody goes on. */
  changeRoom(left: readonly string[]): void {
    for (const userId of left) {
      this.stopPlaying(userId);
      this.userLeft(userId);
      this.#present.delete(userId);
    }
  }

  /** The stay is over. */
  reset(): void {
    for (const sink of this.#sinks.values()) sink.close();
    this.#sinks.clear();
    this.#choices.clear();
    this.#volumes.clear();
    this.space.reset();
    this.voices.clear();
    this.#present.clear();
    this.#all = 'hear';
  }

  #decide(userId: string): void {
    const choice = this.#choices.get(userId) ?? (this.#active ? this.#all : 'mute');
    const heard = choice === 'hear';
    this.#tools.want(userId, this.#present.has(userId) && heard);
    this.#tools.onChosen(userId, heard);
  }

  /** How that user is heard, or with null everybody. */
  #apply(userId: string | null = null): void {
    const users = userId === null ? this.#sinks.keys() : [userId];
    for (const heard of users) {
      const sink = this.#sinks.get(heard);
      // In this order: a user who is far away is never heard in full.
      sink?.setVolume(this.#volumeOf(heard));
      sink?.setDirection(this.space.placeOf(heard)?.direction ?? null);
    }
  }

  #volumeOf(userId: string): number {
    return this.voices.hears(userId) ? (this.#ownVolumeOf(userId) * this.#playoutVolume) / 100 : 0;
  }

  /** 0 to 100: what is left of the user's sound by its volume and its distance. */
  #ownVolumeOf(userId: string): number {
    return (this.#volumes.get(userId) ?? FULL_VOLUME) * (this.space.placeOf(userId)?.gain ?? 1);
  }
}
