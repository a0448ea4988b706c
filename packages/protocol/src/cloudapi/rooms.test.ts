import { describe, expect, it } from 'vitest';
import { CloudApiError } from './errors.ts';
import { dismissRoom, dismissRoomByStrRoomId, removeUser } from './rooms.ts';
import { parametersFromJson, readParameters, type ParameterRules } from './rules.ts';

const remove = { SdkAppId: 1_400_000_001, RoomId: 10_000, UserIds: ['alice'] };

function codeOf(rules: ParameterRules, parameters: unknown): string {
  try {
    readParameters(rules, parametersFromJson(parameters));
  } catch (error) {
    if (error instanceof CloudApiError) return error.code;
    throw error;
  }
  return 'ok';
}

describe('the parameters of room actions', () => {
  it('come out as they went in', () => {
    expect(readParameters(removeUser, parametersFromJson(remove))).toEqual(remove);
    const dismiss = { SdkAppId: 1, RoomId: 10_000 };
    expect(readParameters(dismissRoom, parametersFromJson(dismiss))).toEqual(dismiss);
  });

  it.each([
    [{ ...remove, RoomId: undefined }, 'MissingParameter.RoomId'],
    [{ ...remove, SdkAppId: null }, 'MissingParameter.SdkAppId'],
    [{ SdkAppId: 1, RoomId: 1 }, 'MissingParameter.UserIds'],
    [{ ...remove, RoomId: '10000' }, 'InvalidParameter.RoomId'],
    [{ ...remove, RoomId: 1.5 }, 'InvalidParameter.RoomId'],
    [{ ...remove, RoomId: 0 }, 'InvalidParameterValue.RoomId'],
    [{ ...remove, RoomId: 4_294_967_295 }, 'InvalidParameterValue.RoomId'],
    [{ ...remove, SdkAppId: '1400000001' }, 'InvalidParameter.SdkAppId'],
    [{ ...remove, SdkAppId: 0 }, 'InvalidParameter.SdkAppId'],
    [{ ...remove, UserIds: 'alice' }, 'InvalidParameter.UserIds'],
    [{ ...remove, UserIds: [] }, 'InvalidParameter.UserIds'],
    [{ ...remove, UserIds: [1] }, 'InvalidParameter.UserIds'],
    [{ ...remove, UserIds: Array.from({ length: 11 }, (_, i) => `u${i}`) }, 'InvalidParameter.UserIds'],
    [{ ...remove, UserIds: Array.from({ length: 10 }, (_, i) => `u${i}`) }, 'ok'],
    [{ ...remove, UserId: 'alice' }, 'UnknownParameter'],
    [[], 'InvalidParameter'],
    [null, 'InvalidParameter'],
    ['text', 'InvalidParameter'],
  ])('RemoveUser %j: %s', (parameters, code) => {
    expect(codeOf(removeUser, parameters)).toBe(code);
  });

  it.each([
    [10_000, 'InvalidParameter.RoomId'],
    ['', 'InvalidParameterValue.RoomId'],
    ['a'.repeat(65), 'InvalidParameterValue.RoomId'],
    ['room a!', 'ok'],
  ])('a string room %j: %s', (RoomId, code) => {
    expect(codeOf(dismissRoomByStrRoomId, { SdkAppId: 1, RoomId })).toBe(code);
  });
});
