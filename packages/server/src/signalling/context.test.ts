import { silentLog } from '@rotunda/base';
import { TRTCError } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import { StayEndedError, describeFailure } from './context.ts';

describe('what a client is told of a failure', () => {
  it.each([
    ['a refusal', new TRTCError('ERR_ROOM_FULL', 'no place'), { code: -102052, message: 'no place' }],
    ['the end of the stay', new StayEndedError({ reason: 'removed' }), { code: -3301, ended: 'removed' }],
  ])('is %s as it is', (_what, error, expected) => {
    expect(describeFailure(error, silentLog)).toMatchObject(expected);
  });

  it('is an inner one without its details, and not what says that media is being set up anew', () => {
    expect(describeFailure(new Error('disk full'), silentLog)).toEqual({
      code: -102000,
      message: 'internal error of the room service',
    });
  });
});
