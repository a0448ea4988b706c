import { describe, expect, it } from 'vitest';
import { parseEnterConfig, parseRole } from './enter-config.ts';
import { RtcError } from './errors.ts';

const GOOD = { sdkAppId: 1400000001, userId: 'alice', userSig: 'ticket', roomId: 7 };

function codesOf(config: unknown): [number, number] {
  try {
    parseEnterConfig(config);
  } catch (error) {
    if (error instanceof RtcError) return [error.code, error.extraCode];
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseEnterConfig', () => {
  it('fills in the defaults', () => {
    expect(parseEnterConfig(GOOD)).toEqual({
      params: {
        sdkAppId: 1400000001,
        userId: 'alice',
        userSig: 'ticket',
        room: { roomId: 7 },
        scene: 0,
        role: 20,
      },
      autoReceiveAudio: true,
      serverUrl: null,
    });
  });

  it('translates scene, role, text rooms, the permission ticket and the proxy', () => {
    const { roomId: _, ...rest } = GOOD;
    const config = {
      ...rest,
      strRoomId: 'r',
      scene: 'live',
      role: 'audience',
      privateMapKey: 'p',
      autoReceiveAudio: false,
      proxy: { websocketProxy: 'wss://rtc.example' },
    };
    const { params, autoReceiveAudio, serverUrl } = parseEnterConfig(config);
    expect(params).toMatchObject({ room: { strRoomId: 'r' }, scene: 1, role: 21, privateMapKey: 'p' });
    expect({ autoReceiveAudio, serverUrl }).toEqual({
      autoReceiveAudio: false,
      serverUrl: 'wss://rtc.example',
    });
  });

  it.each([
    ['no configuration', undefined, 5001],
    ['no sdkAppId', { ...GOOD, sdkAppId: undefined }, 5001],
    ['an sdkAppId as text', { ...GOOD, sdkAppId: '1400000001' }, 5002],
    ['an sdkAppId of 0', { ...GOOD, sdkAppId: 0 }, 5003],
    ['an empty userId', { ...GOOD, userId: '' }, 5003],
    ['a numeric userId', { ...GOOD, userId: 5 }, 5002],
    ['no userSig', { ...GOOD, userSig: undefined }, 5001],
    ['an unknown scene', { ...GOOD, scene: 'party' }, 5005],
    ['an unknown role', { ...GOOD, role: 'guest' }, 5005],
    ['a roomId that is too large', { ...GOOD, roomId: 4294967295 }, 5013],
    ['a fractional roomId', { ...GOOD, roomId: 1.5 }, 5013],
    ['a negative roomId', { ...GOOD, roomId: -1 }, 5013],
    ['a roomId as text', { ...GOOD, roomId: '7' }, 5016],
    ['no room', { ...GOOD, roomId: undefined }, 5015],
    ['roomId 0', { ...GOOD, roomId: 0 }, 5015],
    ['an empty strRoomId', { ...GOOD, roomId: undefined, strRoomId: '' }, 5015],
    ['a strRoomId that is too long', { ...GOOD, roomId: undefined, strRoomId: 'x'.repeat(65) }, 5012],
    ['a strRoomId with foreign characters', { ...GOOD, roomId: undefined, strRoomId: 'räum' }, 5012],
  ])('refuses %s', (_what, config, extraCode) => {
    expect(codesOf(config)).toEqual([5000, extraCode]);
  });

  it('leaves the length of userId to the server', () => {
    expect(parseEnterConfig({ ...GOOD, userId: 'u'.repeat(65) }).params.userId).toHaveLength(65);
  });
});

describe('parseRole', () => {
  it('knows both roles and requires one', () => {
    expect([parseRole('anchor'), parseRole('audience')]).toEqual([20, 21]);
    expect(() => parseRole(undefined)).toThrow(expect.objectContaining({ code: 5000, extraCode: 5001 }));
  });
});
