import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from './refusal.mjs';

/** The checkout that these tools belong to. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Where the installed mediasoup package is. It may be hoisted or not, and its `exports` hide package.json, so the
 * places are looked at directly.
 */
export function mediasoupDirectory() {
  const places = [
    join(root, 'packages', 'server', 'node_modules', 'mediasoup'),
    join(root, 'node_modules', 'mediasoup'),
  ];
  const found = places.find((place) => existsSync(join(place, 'package.json')));
  if (found === undefined)
    throw new Refusal('mediasoup is not installed. Run `npm install` and look at its output.');
  return found;
}
