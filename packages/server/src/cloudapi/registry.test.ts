import { isTencentAction } from '@rotunda/protocol/cloudapi';
import { describe, expect, it } from 'vitest';
import { ACTIONS, findAction } from './registry.ts';

describe('the registry of actions', () => {
  it('has only actions that Tencent has', () => {
    expect(Object.keys(ACTIONS).filter((name) => !isTencentAction(name))).toEqual([]);
  });

  it('is not fooled by what every object has', () => {
    expect(findAction('toString')).toBeUndefined();
    expect(isTencentAction('MakeCoffee')).toBe(false);
  });
});
