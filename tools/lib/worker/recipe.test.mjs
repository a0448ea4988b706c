import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mediasoupDirectory } from '../paths.mjs';
import { applyEdit, edits, recipeHash, renderStandIn, standIns } from './recipe.mjs';

const worker = join(mediasoupDirectory(), 'worker');

describe('the edits', () => {
  it.each(edits)('of $file match the installed sources and change them', (edit) => {
    const text = readFileSync(join(worker, edit.file), 'utf8');
    expect(applyEdit(text, edit)).toContain(edit.replace);
  });

  it('refuse a text that they do not match', () => {
    const edit = { file: 'x', find: 'a', replace: 'b' };
    expect(() => applyEdit('nothing here to find: ', { ...edit, find: 'zz' })).toThrow(/occurs 0 times in x/);
    expect(() => applyEdit('a a', edit)).toThrow(/occurs 2 times/);
  });
});

describe('the stand-ins', () => {
  it('cover every library that the installed sources would download and we use', () => {
    const notUsed = ['catch2', 'liburing', 'wingetopt'];
    const downloaded = readdirSync(join(worker, 'subprojects'))
      .filter((name) => name.endsWith('.wrap'))
      .map((name) => name.replace(/\.wrap$/, ''))
      .filter((name) => !notUsed.includes(name));
    expect(downloaded.toSorted()).toEqual(Object.keys(standIns).toSorted());
  });

  it('define every variable that the installed build reads from them', () => {
    const builds = ['meson.build', 'deps/libwebrtc/meson.build']
      .map((file) => readFileSync(join(worker, file), 'utf8'))
      .join();
    const read = [...builds.matchAll(/(\w+)_proj\.get_variable\('(\w+)'\)/g)].filter(
      ([, name]) => !['catch2', 'liburing', 'wingetopt'].includes(name),
    );
    expect(read.length).toBeGreaterThan(10);
    for (const [, project, variable] of read) {
      const name = project === 'abseil_cpp' ? 'abseil-cpp' : project;
      expect(renderStandIn(name)['meson.build']).toMatch(new RegExp(`^${variable} = `, 'm'));
    }
  });

  it('declare the options that the build sets, and bring their headers', () => {
    const files = renderStandIn('libsrtp3');
    expect(files['meson_options.txt']).toContain("option('crypto-library-kdf'");
    expect(files['meson.build']).toContain("include_directories('include')");
    expect(files['include/srtp.h']).toContain('srtp_stream_remove');
  });
});

describe('recipeHash', () => {
  it('is short and the same every time', () => {
    expect(recipeHash()).toMatch(/^[0-9a-f]{12}$/);
    expect(recipeHash()).toBe(recipeHash());
  });
});
