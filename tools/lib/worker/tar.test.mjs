import { describe, expect, it } from 'vitest';
import { fileInTar } from './tar.mjs';

function entry(name, content, { type = '0' } = {}) {
  const header = Buffer.alloc(512);
  header.write(name, 0, 'latin1');
  header.write(content.length.toString(8).padStart(11, '0'), 124, 'latin1');
  header.write(type, 156, 'latin1');
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

const end = Buffer.alloc(1_024);

describe('fileInTar', () => {
  it('finds a file behind others, with or without a leading ./', () => {
    const archive = Buffer.concat([entry('LICENSE', 'a'.repeat(600)), entry('./worker', 'content'), end]);
    expect(fileInTar(archive, 'worker')?.toString()).toBe('content');
  });

  it('does not take a directory or a link for the file', () => {
    expect(
      fileInTar(
        Buffer.concat([entry('worker', '', { type: '5' }), entry('worker', '', { type: '2' }), end]),
        'worker',
      ),
    ).toBeUndefined();
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['cut short', entry('worker', 'x'.repeat(600)).subarray(0, 700)],
    ['not an archive', Buffer.from('z'.repeat(2_000))],
  ])('finds nothing in one that is %s', (_, archive) => {
    expect(fileInTar(archive, 'worker')).toBeUndefined();
  });
});
