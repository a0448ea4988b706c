import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readApi, renderReport } from './api.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'api-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function read(source) {
  const [entry, tsconfig] = [join(folder, 'index.ts'), join(folder, 'tsconfig.json')];
  writeFileSync(entry, source);
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions: { strict: true, types: [] }, files: [entry] }));
  return readApi({ entry, tsconfig, name: 'a module' });
}

const DOOR = `
/** Leads into a room. */
class Wood {
  /** Lets in. */
  open(who: string, wide = false): boolean { return wide && who !== ''; }
}
/** A door. */
export class Door extends Wood {
  /** Of all doors. */
  static count?: number;
  /** How long it stays open, in milliseconds. */
  delay = 0;
  private secret = 1;
  protected inner = 2;
  #hidden = 3;
}
/**
 * How it moves.
 * @enum
 */
export const Way = { Way_10: 10, Way_9: 9 } as const;
export type Way = (typeof Way)[keyof typeof Way];
export { Door as default };
`;

describe('readApi', () => {
  it('lists what a module shows, with what classes inherit, by name', async () => {
    const { surface, complaints } = await read(DOOR);
    expect(complaints).toEqual([]);
    expect(surface).toEqual([
      'reference default',
      'class Door',
      '  constructor(): Door',
      '  static count?: number',
      '  delay: number',
      '  open(who: string, wide?: boolean): boolean',
      'enumeration Way',
      '  Way_9: 9',
      '  Way_10: 10',
    ]);
  });

  it.each([
    ['a class', '/** A door. */', 'Door (Class)'],
    ['an inherited method', '/** Lets in. */', 'Door.open'],
    ['a field', '/** How long it stays open, in milliseconds. */', 'Door.delay'],
  ])('complains of %s without a comment', async (_what, comment, name) => {
    const { complaints } = await read(DOOR.replace(comment, ''));
    expect(complaints).toEqual([expect.stringContaining(name)]);
  });

  it('complains of a link that leads nowhere', async () => {
    const { complaints } = await read(DOOR.replace('Lets in.', 'Lets in, see {@link Window}.'));
    expect(complaints.join()).toContain('Window');
  });

  it('writes web pages with the comments', async () => {
    const { writeReference } = await read(DOOR);
    await writeReference(join(folder, 'pages'));
    expect(readFileSync(join(folder, 'pages', 'classes', 'Door.html'), 'utf8')).toContain(
      'How long it stays open',
    );
  });
});

describe('renderReport', () => {
  it('has one line for each member, so that a difference is one line too', () => {
    expect(renderReport(['class Door', '  open(): void'])).toContain('\nclass Door\n  open(): void\n');
  });
});
