import { describe, expect, it } from 'vitest';
import {
  CLOUD_API_ACTIONS,
  CloudApiError,
  isCloudApiAction,
  isUnsupportedAction,
  parametersFromPairs,
  parseCloudApiCall,
  type CloudApiAction,
} from './cloudapi.ts';

const remove = { SdkAppId: 1_400_000_001, RoomId: 10_000, UserIds: ['alice'] };

function codeOf(action: CloudApiAction, parameters: unknown): string {
  try {
    parseCloudApiCall(action, parameters);
  } catch (error) {
    if (error instanceof CloudApiError) return error.code;
    throw error;
  }
  return 'ok';
}

describe('parseCloudApiCall', () => {
  it('keeps numeric and string rooms apart and drops repeated users', () => {
    expect(parseCloudApiCall('RemoveUser', { ...remove, UserIds: ['a', 'b', 'a'] })).toEqual({
      effect: 'remove',
      key: { sdkAppId: 1_400_000_001, kind: 'number', id: '10000' },
      userIds: ['a', 'b'],
    });
    expect(parseCloudApiCall('DismissRoomByStrRoomId', { SdkAppId: 1, RoomId: '10000' })).toEqual({
      effect: 'dismiss',
      key: { sdkAppId: 1, kind: 'string', id: '10000' },
      userIds: [],
    });
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
    expect(codeOf('RemoveUser', parameters)).toBe(code);
  });

  it.each([
    [10_000, 'InvalidParameter.RoomId'],
    ['', 'InvalidParameterValue.RoomId'],
    ['a'.repeat(65), 'InvalidParameterValue.RoomId'],
    ['room a!', 'ok'],
  ])('a string room %j: %s', (RoomId, code) => {
    expect(codeOf('DismissRoomByStrRoomId', { SdkAppId: 1, RoomId })).toBe(code);
  });
});

describe('parametersFromPairs', () => {
  it('reads numbers and lists by their definition and leaves the rest as text', () => {
    const pairs = [...new URLSearchParams('UserIds.1=b&SdkAppId=1&RoomId=x1&UserIds.0=a&Foo.0=z')];
    expect(parametersFromPairs('RemoveUser', pairs)).toEqual({
      SdkAppId: 1,
      RoomId: 'x1',
      UserIds: ['a', 'b'],
      'Foo.0': 'z',
    });
    expect(parametersFromPairs('DismissRoomByStrRoomId', [['RoomId', '7']])).toEqual({ RoomId: '7' });
  });
});

describe('action names', () => {
  it('knows what it does, what only Tencent does, and what nobody does', () => {
    expect(Object.keys(CLOUD_API_ACTIONS).every(isCloudApiAction)).toBe(true);
    expect(Object.keys(CLOUD_API_ACTIONS).some(isUnsupportedAction)).toBe(false);
    expect(isUnsupportedAction('StartWebRecord')).toBe(true);
    expect(isUnsupportedAction('SetUserBlocked')).toBe(true);
    expect(isCloudApiAction('toString')).toBe(false);
    expect(isUnsupportedAction('MakeCoffee')).toBe(false);
  });
});
