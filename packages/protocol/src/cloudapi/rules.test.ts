import { describe, expect, it } from 'vitest';
import { CloudApiError } from './errors.ts';
import {
  integer,
  list,
  oneOf,
  optional,
  parametersFromJson,
  parametersFromPairs,
  readParameters,
  string,
  withDefault,
} from './rules.ts';

const rules = {
  Page: withDefault(integer({ min: 0, max: 9 }), 0),
  Size: optional(integer({ min: 1, max: 100, codes: { oversize: 'InvalidParameter.RoomId' } })),
  Name: optional(string({ is: (text) => text !== '', allowed: 'a name' })),
  Kind: optional(oneOf(['big', 'small'])),
  Kinds: optional(list({ of: oneOf(['big', 'small']), min: 1, max: 2 })),
  Numbers: optional(list({ of: integer({ min: 1, max: 3 }), min: 0, max: 4 })),
};

function read(json: object): unknown {
  try {
    return readParameters(rules, parametersFromJson(json));
  } catch (error) {
    if (error instanceof CloudApiError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('readParameters', () => {
  it('has a value for every parameter: the one given, the default, or none', () => {
    const none = {
      Page: 0,
      Size: undefined,
      Name: undefined,
      Kind: undefined,
      Kinds: undefined,
      Numbers: undefined,
    };
    expect(read({})).toEqual(none);
    expect(read({ Page: null })).toEqual(none);
    const given = { Page: 9, Size: 1, Name: 'n', Kind: 'big', Kinds: ['small', 'big'], Numbers: [1, 3] };
    expect(read(given)).toEqual(given);
  });

  it.each([
    [{ Page: '1' }, 'InvalidParameter: The parameter Page must be a whole number from 0 to 9.'],
    [{ Page: 1.5 }, 'InvalidParameter: The parameter Page must be a whole number from 0 to 9.'],
    [{ Page: -1 }, 'InvalidParameterValue: The parameter Page must be a whole number from 0 to 9.'],
    [{ Page: 10 }, 'InvalidParameterValue: The parameter Page must be a whole number from 0 to 9.'],
    [{ Size: 0 }, 'InvalidParameterValue: The parameter Size must be a whole number from 1 to 100.'],
    [{ Size: 101 }, 'InvalidParameter.RoomId: The parameter Size must be a whole number from 1 to 100.'],
    [{ Name: 1 }, 'InvalidParameter: The parameter Name must be a name.'],
    [{ Name: '' }, 'InvalidParameterValue: The parameter Name must be a name.'],
    [{ Kind: 'tiny' }, 'InvalidParameterValue: The parameter Kind must be one of big, small.'],
    [{ Kind: ['big'] }, 'InvalidParameter: The parameter Kind must be one of big, small.'],
    [
      { Kinds: 'big' },
      'InvalidParameter: The parameter Kinds must be a list of 1 to 2 entries, each one of big, small.',
    ],
    [
      { Kinds: ['big', 'tiny'] },
      'InvalidParameterValue: The parameter Kinds must be a list of 1 to 2 entries, each one of big, small.',
    ],
    [
      { Kinds: [] },
      'InvalidParameterValue: The parameter Kinds must be a list of 1 to 2 entries, each one of big, small.',
    ],
    [
      { Kinds: ['big', 'big', 'big'] },
      'InvalidParameterValue: The parameter Kinds must be a list of 1 to 2 entries, each one of big, small.',
    ],
    [{ toString: 1 }, 'UnknownParameter: The action has no parameter "toString".'],
  ])('%j: %s', (json, message) => {
    expect(read(json)).toBe(message);
  });

  it('says what is missing', () => {
    const needed = { Page: integer({ min: 0, max: 9, codes: { missing: 'MissingParameter.RoomId' } }) };
    expect(() => readParameters(needed, new Map())).toThrow('The parameter Page is missing.');
    expect(() => readParameters({ Name: rules.Kind, Needed: oneOf(['x']) }, new Map())).toThrow(
      'The parameter Needed is missing.',
    );
  });
});

describe('parametersFromPairs', () => {
  const pairs = (query: string): unknown =>
    Object.fromEntries(parametersFromPairs(rules, new URLSearchParams(query)));

  it('reads text as what its rule wants, and puts lists into their order', () => {
    expect(pairs('Kinds.1=b&Page=1&Name=7&Kinds.0=a&Numbers.10=3&Numbers.2=x')).toEqual({
      Kinds: ['a', 'b'],
      Page: 1,
      Name: '7',
      Numbers: ['x', 3],
    });
  });

  it('leaves what does not read as such for the check to name', () => {
    expect(pairs('Page=x1&Foo.0=z&Page.0=1&Kinds=big&Kinds.a=1&toString=1&__proto__.0=1')).toEqual({
      Page: 'x1',
      'Foo.0': 'z',
      'Page.0': '1',
      Kinds: 'big',
      'Kinds.a': '1',
      toString: '1',
      '__proto__.0': '1',
    });
  });

  it('takes an empty text for no number', () => {
    expect(readParameters(rules, parametersFromPairs(rules, [['Page', '']]))).toMatchObject({ Page: 0 });
  });
});
