import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * A hash over the names and contents of files.
 * @param {string} base Names are taken relative to this directory, so a moved checkout keeps its fingerprint.
 * @param {readonly string[]} places Files and directories under `base`; missing ones are skipped.
 * @param {{ skip?: (name: string) => boolean }} [options] Files and directories with such names are left out.
 */
export function fingerprint(base, places, { skip = () => false } = {}) {
  const hash = createHash('sha256');
  for (const file of places.flatMap((place) => filesOf(join(base, place), skip))) {
    const content = readFileSync(file);
    hash.update(`${relative(base, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesOf(place, skip) {
  const kind = statSync(place, { throwIfNoEntry: false });
  if (kind === undefined) return [];
  if (!kind.isDirectory()) return [place];
  return readdirSync(place)
    .filter((name) => !skip(name))
    .toSorted()
    .flatMap((name) => filesOf(join(place, name), skip));
}
