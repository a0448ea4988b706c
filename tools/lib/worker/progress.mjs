/**
 * Reads a line of ninja.
 * @param {string} line Such as `[107/237] Compiling C++ object x.o`.
 * @returns {{ finished: number, total: number } | undefined} Undefined for any other line.
 */
export function parseNinjaLine(line) {
  const match = /^\[(\d+)\/(\d+)\] /.exec(line);
  if (match === null) return undefined;
  const [finished, total] = [Number(match[1]), Number(match[2])];
  return finished <= total && total > 0 ? { finished, total } : undefined;
}

/** @param {{ finished: number, total: number }} progress */
export function describeProgress({ finished, total }) {
  return `compiling [${finished}/${total}] ${Math.floor((100 * finished) / total)} %`;
}
