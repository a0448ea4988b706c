import { CLOUD_API_VERSION, isTencentAction } from '@rotunda/protocol/cloudapi';
import { v20190722 as sdk } from 'tencentcloud-sdk-nodejs/tencentcloud/services/trtc/v20190722/index.js';
import { describe, expect, it } from 'vitest';
import { ACTIONS, findAction } from './registry.ts';
import { requireAction, type RequestForm } from './request.ts';

/** What Tencent's SDK has a method for. */
const official = Object.getOwnPropertyNames(sdk.Client.prototype).filter((name) => name !== 'constructor');

const form = (action: string): RequestForm => ({
  action,
  version: CLOUD_API_VERSION,
  verify: () => {
    throw new Error('not asked');
  },
  parameters: () => new Map(),
});

describe('the registry of actions', () => {
  it('has only actions that Tencent has', () => {
    expect(Object.keys(ACTIONS).filter((name) => !isTencentAction(name))).toEqual([]);
  });

  it('is not fooled by what every object has', () => {
    expect(findAction('toString')).toBeUndefined();
    expect(isTencentAction('MakeCoffee')).toBe(false);
  });

  it('does what it has, and says of everything else that Tencent has that it is not supported', () => {
    expect(official.length).toBeGreaterThan(80);
    for (const name of [...official, 'SetUserBlocked', 'SetUserBlockedByStrRoomId']) {
      const action = findAction(name);
      if (action) expect(requireAction(form(name))).toBe(action);
      else
        expect(() => requireAction(form(name))).toThrow(
          expect.objectContaining({
            code: 'UnsupportedOperation',
            message: `This server does not support the action ${name}.`,
          }),
        );
    }
  });
});
