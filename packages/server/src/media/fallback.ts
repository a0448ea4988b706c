/** What reaches a viewer of the big layer, and whether that layer is there to be had. */
export interface Reception {
  readonly layer: 'none' | 'small' | 'big';
  /** Packets of it come from the publisher, and a viewer who could carry them would get them. */
  readonly bigIsThere: boolean;
}

/** Whether a viewer of the big layer falls back to the small one. */
export interface Fallback {
  readonly needed: boolean;
  readonly layer: Reception['layer'];
  /** When {@link follow} has to be asked again if nothing changes before; null for never. */
  readonly dueAt: number | null;
  /** How long the small one stays needed once nothing tells any more whether it is. */
  readonly holdMs: number;
  /** When the big one was last tried without knowing whether it gets through. */
  readonly triedAt: number;
}

/**
 * Milliseconds in which a viewer of nothing, or of the small layer, gets a big one that is there, if it can. The SFU waits 2 s, or
 * 10 s after it went down itself, then for a key frame.
 */
const DOUBT_MS = { none: 5_000, small: 10_000 };
/** The same for a viewer who had one and has none any more. A stream that is paused loses its layers just before it says so. */
const FALL_MS = 100;
/** Each try that fails is a picture that stands still for a moment, so that the next one comes after twice the time. */
const LEAST_HOLD_MS = 30_000;
const MOST_HOLD_MS = 240_000;
/** A try that goes on for so long has not failed. */
const TRIAL_MS = 60_000;

export const NO_FALLBACK: Fallback = {
  needed: false,
  layer: 'none',
  dueAt: null,
  holdMs: 0,
  triedAt: -Infinity,
};

/**
 * A viewer who falls to nothing although the big layer is there needs the small one at once; one who does not get what is there,
 * after a while. While the publisher does not send the big one, nobody can know: what was known last holds, for a time.
 */
export function follow(before: Fallback, { layer, bigIsThere }: Reception, now: number): Fallback {
  const next = { ...before, layer };
  if (!bigIsThere) return before.needed ? wait(next, now) : { ...next, dueAt: null };
  if (layer === 'big') return { ...next, needed: false, dueAt: null };
  if (before.needed) return { ...next, dueAt: null };
  const fell = layer === 'none' && before.layer !== 'none';
  if (layer !== before.layer) return { ...next, dueAt: now + (fell ? FALL_MS : DOUBT_MS[layer]) };
  return isDue(before, now) ? need(next, now) : { ...next, dueAt: before.dueAt ?? now + DOUBT_MS[layer] };
}

function need(state: Fallback, now: number): Fallback {
  const failed = now - state.triedAt < TRIAL_MS;
  const holdMs = failed ? Math.min(MOST_HOLD_MS, 2 * state.holdMs) : LEAST_HOLD_MS;
  return { ...state, needed: true, dueAt: null, holdMs };
}

function wait(state: Fallback, now: number): Fallback {
  if (isDue(state, now)) return { ...state, needed: false, dueAt: null, triedAt: now };
  return { ...state, dueAt: state.dueAt ?? now + state.holdMs };
}

function isDue({ dueAt }: Fallback, now: number): boolean {
  return dueAt !== null && now >= dueAt;
}
