import type { Timers } from '@rotunda/protocol';

interface Rule {
  readonly timer: keyof Timers;
  /** What it must be at least, in milliseconds. */
  readonly least: (timers: Timers) => number;
  /** The same in words, and why. */
  readonly because: string;
}

/** Which deadlines make sense together. */
const RULES: readonly Rule[] = [
  {
    timer: 'linkDead',
    least: ({ heartbeat }) => 2 * heartbeat,
    because: 'twice timers.heartbeat: a client speaks once per heartbeat',
  },
  {
    timer: 'maxRetry',
    least: ({ firstRetry }) => firstRetry,
    because: 'timers.firstRetry: pauses between tries grow',
  },
  {
    timer: 'goingAway',
    least: ({ firstRetry }) => firstRetry + 100,
    because:
      '100 more than timers.firstRetry: who is cut off by a proxy that restarts must have time to return',
  },
  {
    timer: 'giveUp',
    least: ({ linkDead, firstRetry }) => linkDead + firstRetry,
    because: 'timers.linkDead + timers.firstRetry: who is cut off must have time to notice and to return',
  },
];

/** One line for each deadline that contradicts the others: which, what it is, what it must be. */
export function timerFaults(timers: Timers): string[] {
  return RULES.flatMap(({ timer, least, because }) => {
    const limit = least(timers);
    if (timers[timer] >= limit) return [];
    return `timers.${timer} (ROTUNDA_TIMERS) = ${timers[timer]}: must be at least ${limit}, which is ${because}`;
  });
}
