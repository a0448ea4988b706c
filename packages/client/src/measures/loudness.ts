import type { MediaStats, StatsEntry } from '../media/engine.ts';
import type { ReceivedStream } from './received-stream.ts';

/** How much sound a stream has carried since it began. */
export interface SoundSample {
  /** Empty for what the user sends. */
  readonly userId: string;
  /** Names the stream over its whole life. */
  readonly key: string;
  /** Sum over all samples of amplitude squared times duration; full scale is 1. */
  readonly energy: number;
  readonly seconds: number;
  /** How loud it was of late, where that is known better: platforms count sound as loud as they play it. */
  readonly level?: Loudness | null;
}

export interface SoundSamples {
  /** What the user sends: null while that is nothing, `uncounted` where the platform does not count it, as Firefox does not. */
  readonly own: SoundSample | 'uncounted' | null;
  readonly received: readonly SoundSample[];
}

/** As while nothing is sent and nothing is received. */
export const NO_SOUND: SoundSamples = { own: null, received: [] };

/** How loud one user was. `userId` is empty for oneself; `volume` is 0 to 100. */
export interface UserVolume {
  readonly userId: string;
  readonly volume: number;
  readonly speaking: boolean;
}

/** Root mean square amplitude, 0 to 1. */
type Loudness = number;

/** What is quieter is the noise of a line, not sound: 60 dB below full scale. */
const SILENCE: Loudness = 0.001;

/** Quiet speech is louder than that, a quiet room is not: 40 dB below full scale. */
const SPEECH: Loudness = 0.01;

/** Reads how much sound was sent and received. */
export function readSound(
  { send, recv, consumers }: MediaStats,
  streams: readonly ReceivedStream[],
): SoundSamples {
  const users = new Map(streams.map(({ consumerId, userId }) => [consumerId, userId]));
  const received = recv.flatMap((entry): SoundSample[] => {
    const userId = users.get(consumers.get(Number(entry.ssrc)) ?? '');
    const isSound = entry.type === 'inbound-rtp' && entry.kind === 'audio';
    return isSound && userId !== undefined ? readEntry(userId, entry) : [];
  });
  const sound = send.filter(({ kind }) => kind === 'audio');
  const [own] = sound.flatMap((entry) => (entry.type === 'media-source' ? readEntry('', entry) : []));
  const sends = sound.some(({ type }) => type === 'outbound-rtp');
  return { own: own ?? (sends ? 'uncounted' : null), received };
}

function readEntry(userId: string, entry: StatsEntry): SoundSample[] {
  const { id, totalAudioEnergy: energy, totalSamplesDuration: seconds } = entry;
  if (typeof energy !== 'number' || typeof seconds !== 'number') return [];
  return [{ userId, key: String(id), energy, seconds }];
}

/** How loud a stream was between two samples; since it began if there is none before. */
export function loudnessSince(
  before: Pick<SoundSample, 'energy' | 'seconds'> | undefined,
  { energy, seconds }: Pick<SoundSample, 'energy' | 'seconds'>,
): Loudness {
  // Smaller than before: the platform began to count anew, as it may when another track is sent.
  const from =
    before && before.seconds <= seconds && before.energy <= energy ? before : { energy: 0, seconds: 0 };
  const elapsed = seconds - from.seconds;
  return elapsed > 0 ? Math.sqrt((energy - from.energy) / elapsed) : 0;
}

/** How loud several are together. */
export function sumLoudness(all: readonly Loudness[]): Loudness {
  return Math.sqrt(all.reduce((sum, loudness) => sum + loudness ** 2, 0));
}

/** 0 to 100. Loudness is felt by its ratios, so that the square root of it is nearer to what a meter should show. */
export function toVolume(loudness: Loudness): number {
  if (loudness < SILENCE) return 0;
  return Math.round(100 * Math.sqrt(Math.min(1, loudness)));
}

export function describeVolume(userId: string, loudness: Loudness): UserVolume {
  return { userId, volume: toVolume(loudness), speaking: loudness >= SPEECH };
}
