import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloudApiError } from '@rotunda/protocol/cloudapi';
import { multipartBoundary, parseMultipart } from './multipart.ts';

const part = (name: string, value: string): string =>
  `--AbC\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const body = `${part('RoomId', '1')}${part('UserIds.0', 'a\r\nb --AbC 小明')}--AbC--\r\n`;

describe('multipart bodies', () => {
  it.each([
    ['multipart/form-data; boundary=AbC', 'AbC'],
    ['Multipart/Form-Data; charset=utf-8; boundary="A b"', 'A b'],
    ['multipart/form-data', ''],
    ['application/json; boundary=AbC', null],
    ['', null],
  ])('the boundary of %j is %j', (contentType, boundary) => {
    expect(multipartBoundary(contentType)).toBe(boundary);
  });

  it('have names and values', () => {
    expect(parseMultipart(Buffer.from(body), 'AbC')).toEqual([
      ['RoomId', '1'],
      ['UserIds.0', 'a\r\nb --AbC 小明'],
    ]);
    expect(parseMultipart(Buffer.from('--AbC--\r\n'), 'AbC')).toEqual([]);
  });

  it.each([
    ['', 'AbC'],
    [body, 'Other'],
    [body, ''],
    [body.replace('--AbC--', '--AbC'), 'AbC'],
    [body.replace('name=', 'nom='), 'AbC'],
    [`preamble${body}`, 'AbC'],
    ['--AbC\r\nContent-Disposition: form-data; name="RoomId"\r\n--AbC--', 'AbC'],
  ])('%j with the boundary %j is malformed', (text, boundary) => {
    expect(() => parseMultipart(Buffer.from(text), boundary)).toThrow(CloudApiError);
  });

  it('fail in no other way, whatever they are', () => {
    const pieces = fc.constantFrom('--AbC', '--', '\r\n', 'name="x"', '; ', 'text', '"', '\u0000');
    fc.assert(
      fc.property(fc.array(pieces), (list) => {
        try {
          return Array.isArray(parseMultipart(Buffer.from(list.join('')), 'AbC'));
        } catch (error) {
          return error instanceof CloudApiError && error.code === 'InvalidRequest';
        }
      }),
    );
  });
});
