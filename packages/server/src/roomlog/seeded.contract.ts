/** The same numbers in [0, 1) for the same seed (a 32-bit linear congruential generator). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Waits for a random number of turns of the microtask queue: shuffles concurrent callers, repeatably. */
export function seededDelay(seed: number, maxTurns = 8): () => Promise<void> {
  const random = seededRandom(seed);
  return async () => {
    for (let turns = Math.floor(random() * maxTurns); turns > 0; turns--) await Promise.resolve();
  };
}
