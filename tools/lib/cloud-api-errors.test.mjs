import { expect, it } from 'vitest';
import { renderErrors } from './cloud-api-errors.mjs';

const parameter = { allowed: 'a | b', absent: null, codes: {} };

it('lists codes in order, and for each parameter the codes that it can be refused with', () => {
  const actions = {
    Act: {
      parameters: {
        Name: {
          ...parameter,
          codes: { missing: 'Missing.Name', type: 'Invalid.Name', oversize: 'Too.Large' },
        },
        Size: { ...parameter, absent: { value: 10 } },
        Kind: { ...parameter, absent: { value: undefined } },
      },
    },
  };
  const lines = renderErrors({ B: 'When b.', A: 'When a.' }, actions).split('\n');
  expect(lines.filter((line) => /^\| `[AB]`/.test(line))).toEqual([
    '| `A`  | When a. |',
    '| `B`  | When b. |',
  ]);
  const cells = lines
    .slice(lines.indexOf('### Act'))
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
        .filter((cell) => cell !== ''),
    );
  expect(cells).toEqual([
    ['`Name`', 'a \\| b', '`Missing.Name`, `Invalid.Name`, `Too.Large`'],
    ['`Size`', 'a \\| b; 10 if left out', '`InvalidParameter`, `InvalidParameterValue`'],
    ['`Kind`', 'a \\| b; may be left out', '`InvalidParameter`, `InvalidParameterValue`'],
  ]);
});
