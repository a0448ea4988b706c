import { expect, it } from 'vitest';
import { guardMethods, type ArgumentError } from './guard.ts';

it('gives what a method stumbled over to whoever refuses the call', () => {
  const fault = new TypeError('no such field');
  class Phone {
    call(_number: unknown): string {
      throw fault;
    }
  }
  const refused: ArgumentError[] = [];
  guardMethods(Phone.prototype, { call: [] }, (_phone, method, error) => {
    refused.push(error);
    return `${method} is refused`;
  });
  expect(new Phone().call(1)).toBe('call is refused');
  expect(refused).toMatchObject([{ message: 'call: what it is given cannot be used', cause: fault }]);
});
