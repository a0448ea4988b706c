import type { Clock } from '@rotunda/base';
import type { SoundSamples } from '../measures/loudness.ts';
import { VolumeMeter, type RoomVolumes } from '../measures/volume-meter.ts';

/** How many are heard at once. */
export interface Limit {
  /** 0 or less: everybody. */
  readonly maxCount: number;
  /** Who is always heard. They count. */
  readonly includeUsers: readonly string[];
}

export interface VoiceLimitTools {
  readonly clock: Clock;
  /** As in {@link VolumeMeter}. */
  sample(ms: number): Promise<SoundSamples>;
  /** How much is left of a user's volume by the time it is heard: 0 to 1. */
  shareOf(userId: string): number;
  /** Others are heard than before: ask {@link VoiceLimit.hears} again. */
  onChanged(): void;
}

const INTERVAL_MS = 300;
/** Of a volume, from one measurement to the next: pauses between words are not silence. */
const FADE = 10;
/** How much louder one has to be than one who is heard, to be heard instead. */
const MARGIN = 10;

/** Decides who is heard, given how loud everybody is (0 to 100) and who is heard now. */
export function chooseVoices(
  voices: ReadonlyMap<string, number>,
  { maxCount, includeUsers }: Limit,
  heard: ReadonlySet<string>,
): Set<string> {
  const rank = (userId: string): number => (voices.get(userId) ?? 0) + (heard.has(userId) ? MARGIN : 0);
  const always = new Set(includeUsers.filter((userId) => voices.has(userId)));
  const others = [...voices.keys()].filter((userId) => !always.has(userId));
  others.sort((one, other) => rank(other) - rank(one));
  return new Set([...always, ...others.slice(0, Math.max(0, maxCount - always.size))]);
}

function sameMembers(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((member) => other.has(member));
}

/** Lets only so many users be heard at once: the loudest. Measures only while there are more than that. */
export class VoiceLimit {
  readonly #tools: VoiceLimitTools;
  /** How loud everybody is who can be heard, 0 to 100. */
  readonly #voices = new Map<string, number>();
  readonly #meter: VolumeMeter;
  #limit: Limit = { maxCount: 0, includeUsers: [] };
  #heard: ReadonlySet<string> = new Set();
  #state: 'idle' | 'measuring' = 'idle';

  constructor(tools: VoiceLimitTools) {
    this.#tools = tools;
    this.#meter = new VolumeMeter({
      ...tools,
      capturing: () => false,
      measureOwn: () => 0,
      tell: (volumes) => this.#follow(volumes),
    });
    this.#meter.setInterval(INTERVAL_MS);
  }

  setLimit(limit: Limit): void {
    this.#limit = limit;
    this.#choose();
  }

  /** Somebody can be heard from now on. */
  add(userId: string): void {
    this.#voices.set(userId, this.#voices.get(userId) ?? 0);
    this.#choose();
  }

  delete(userId: string): void {
    if (this.#voices.delete(userId)) this.#choose();
  }

  /** The stay is over. */
  clear(): void {
    this.#voices.clear();
    this.#choose();
  }

  hears(userId: string): boolean {
    return this.#heard.has(userId);
  }

  #choose(): void {
    const before = this.#heard;
    this.#heard = this.#choice();
    const measured = this.#heard.size < this.#voices.size;
    if (measured !== (this.#state === 'measuring')) {
      this.#state = measured ? 'measuring' : 'idle';
      if (measured) this.#meter.begin();
      else this.#meter.end();
    }
    if (!sameMembers(this.#heard, before)) this.#tools.onChanged();
  }

  #choice(): ReadonlySet<string> {
    if (this.#limit.maxCount <= 0) return new Set(this.#voices.keys());
    return chooseVoices(this.#voices, this.#limit, this.#heard);
  }

  #follow({ users }: RoomVolumes): void {
    const volumes = new Map(users.map(({ userId, volume }) => [userId, volume]));
    for (const [userId, before] of this.#voices) {
      const now = (volumes.get(userId) ?? 0) * this.#tools.shareOf(userId);
      this.#voices.set(userId, Math.max(now, before - FADE));
    }
    this.#choose();
  }
}
