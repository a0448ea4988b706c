import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Notes on finished work. They live inside node_modules, so that whoever deletes that starts afresh.
 * @param {string} root
 * @param {string} name
 */
export function stampAt(root, name) {
  const path = join(root, 'node_modules', '.rotunda', `${name}.json`);
  return {
    /** @returns {unknown} What was written last; undefined if nothing, or nothing readable, is there. */
    read() {
      try {
        return JSON.parse(readFileSync(path, 'utf8'));
      } catch {
        return undefined;
      }
    },
    write(value) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify(value)}\n`);
    },
    remove() {
      rmSync(path, { force: true });
    },
  };
}
