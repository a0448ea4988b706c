import { describe, expect, it } from 'vitest';
import { blockedByMute, setUserBlocked, setUserBlockedByStrRoomId } from './blocks.ts';
import { CloudApiError } from './errors.ts';
import { parametersFromJson, readParameters, type ParameterRules } from './rules.ts';

const block = { SdkAppId: 1_400_000_001, RoomId: 10_000, UserId: 'alice', IsMute: 1 };

function codeOf(rules: ParameterRules, parameters: unknown): string {
  try {
    readParameters(rules, parametersFromJson(parameters));
  } catch (error) {
    if (error instanceof CloudApiError) return error.code;
    throw error;
  }
  return 'ok';
}

describe('the parameters of SetUserBlocked', () => {
  it.each([
    [{}, 'ok'],
    [{ IsMute: 0 }, 'ok'],
    [{ IsMute: '1' }, 'InvalidParameter'],
    [{ IsMute: true }, 'InvalidParameter'],
    [{ IsMute: 4 }, 'InvalidParameterValue'],
    [{ IsMute: -1 }, 'InvalidParameterValue'],
    [{ IsMute: undefined }, 'MissingParameter'],
    [{ UserId: undefined }, 'MissingParameter'],
    [{ UserId: 7 }, 'InvalidParameter.UserId'],
    [{ UserId: '' }, 'InvalidParameter.UserId'],
    [{ RoomId: '10000' }, 'InvalidParameter.RoomId'],
    [{ UserIds: ['alice'] }, 'UnknownParameter'],
  ])('%j: %s', (change, code) => {
    expect(codeOf(setUserBlocked, { ...block, ...change })).toBe(code);
  });

  it.each([
    [{ StrRoomId: 'hall' }, 'ok'],
    [{ StrRoomId: 7 }, 'InvalidParameter.RoomId'],
    [{ RoomId: 'hall' }, 'UnknownParameter'],
    [{}, 'MissingParameter.RoomId'],
  ])('ByStrRoomId %j: %s', (room, code) => {
    const { RoomId: _, ...rest } = block;
    expect(codeOf(setUserBlockedByStrRoomId, { ...rest, ...room })).toBe(code);
  });

  it('say with IsMute what is blocked from then on', () => {
    expect([0, 1, 2, 3].map(blockedByMute)).toEqual([
      { audio: false, video: false },
      { audio: true, video: true },
      { audio: true, video: false },
      { audio: false, video: true },
    ]);
  });
});
