import type { QualitySample, StreamQuality } from '../../store/quality-port.ts';

/**
 * What was bad about a call, and why. The numbers are this server's own: Tencent publishes no table of those that its clients
 * report.
 */
export const EXPERIENCE = { pictureStoodStill: 1, soundStoodStill: 2 } as const;
export const CAUSE = { unknown: 0, loss: 1, delay: 2 } as const;

/** A stream that stood still for this part of the time is unusual. */
export const BLOCKED_SHARE = 0.1;
/** From here on loss, or delay, explains it: percent and milliseconds. */
const MUCH_LOSS = 10;
const MUCH_DELAY_MS = 400;

export interface UnusualExperience {
  readonly ExperienceId: number;
  readonly AbnormalEventList: readonly { readonly AbnormalEventId: number; readonly PeerId: string }[];
}

/** What was unusual in one sample: at most one experience of pictures and one of sound. */
export function unusualIn({ span, rtt, streams }: QualitySample): readonly UnusualExperience[] {
  const stoodStill = streams.filter(
    ({ userId, blocked }) => userId !== '' && blocked >= span * BLOCKED_SHARE,
  );
  const causes = (of: readonly StreamQuality[]) =>
    of.map(({ userId, loss }) => ({ AbnormalEventId: causeOf(loss, rtt), PeerId: userId }));
  const sound = stoodStill.filter(({ source }) => source === 'audio');
  const pictures = stoodStill.filter(({ source }) => source !== 'audio');
  return [
    { ExperienceId: EXPERIENCE.pictureStoodStill, AbnormalEventList: causes(pictures) },
    { ExperienceId: EXPERIENCE.soundStoodStill, AbnormalEventList: causes(sound) },
  ].filter(({ AbnormalEventList }) => AbnormalEventList.length > 0);
}

function causeOf(loss: number, rtt: number): number {
  if (loss >= MUCH_LOSS) return CAUSE.loss;
  return rtt >= MUCH_DELAY_MS ? CAUSE.delay : CAUSE.unknown;
}
