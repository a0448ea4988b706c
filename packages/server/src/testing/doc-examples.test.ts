import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDocOutput, readDocExamples, startDocExample } from './doc-examples.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotunda-docs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function page(text: string): string {
  const file = join(folder, 'page.md');
  writeFileSync(file, text);
  return relative(fileURLToPath(new URL('../../../../', import.meta.url)), file);
}

describe('readDocExamples', () => {
  it('finds programs and what they print, and leaves other blocks alone', () => {
    const text = '# Page\n```js\nother();\n```\n```js example\none();\n```\nprints\n```text\n1\n2\n```\n';
    expect(readDocExamples(page(text))).toEqual([{ code: 'one();\n', output: '1\n2\n' }]);
  });

  it('does not take a page that promises nothing', () => {
    expect(() => readDocExamples(page('```js\nother();\n```\n'))).toThrow('has no example');
    expect(() => readDocExamples(page('```js example\none();\n```\n'))).toThrow(
      'does not say what it prints',
    );
  });
});

describe('startDocExample', () => {
  it('runs a program with what stands for the placeholders', async () => {
    const example = { code: "console.log('PLACE', typeof (await import('ws')).WebSocket);", output: '' };
    expect(await startDocExample(example, { PLACE: 'here' }).finished).toBe('here function\n');
    expect(() => startDocExample(example, { OTHER: 'x' })).toThrow('has no OTHER');
  });

  it('tells what a program that goes on prints, and how one fails', async () => {
    const going = startDocExample({ code: "console.log('up'); setInterval(() => {}, 1000);", output: '' });
    await going.printed('up');
    going.stop();
    await expect(going.finished).rejects.toThrow('SIGTERM');
    const failing = startDocExample({ code: "throw new Error('the reason');", output: '' });
    await expect(failing.printed('up')).rejects.toThrow('the reason');
    await expect(startDocExample({ code: '', output: '' }).printed('up')).rejects.toThrow('never printed up');
  });
});

it.each([
  ['a\nb\n', 'a\nb\n', true],
  ["{ RequestId: '12-ab' }\n", "{ RequestId: '…' }\n", true],
  ["{ RequestId: '1\n2' }\n", "{ RequestId: '…' }\n", false],
  ['a.b', 'a+b', false],
  ['a\nb', 'a', false],
  ['', '', true],
])('isDocOutput %j against %j: %s', (printed, output, fits) => {
  expect(isDocOutput(printed, { output })).toBe(fits);
});
