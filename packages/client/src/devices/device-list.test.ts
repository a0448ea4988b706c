import { describe, expect, it } from 'vitest';
import { compareLists, defaultOf, devicesOf, findDevice, isHidden } from './device-list.ts';
import type { DeviceInfo, DeviceKind } from './platform.ts';

const device = (kind: DeviceKind, deviceId: string, groupId = deviceId, label = deviceId): DeviceInfo => ({
  kind,
  deviceId,
  groupId,
  label,
});
const mic = (deviceId: string, groupId?: string, label?: string): DeviceInfo =>
  device('audioinput', deviceId, groupId, label);
const ids = (list: readonly DeviceInfo[]): string[] => list.map(({ deviceId }) => deviceId);

describe('the aliases of Chromium', () => {
  const list = [
    mic('default', 'headset', 'Default - Right'),
    mic('communications', 'headset', 'Communications - Left'),
    mic('a', 'headset', 'Left'),
    mic('b', 'headset', 'Right'),
    mic('c'),
  ];

  it('are left out', () => {
    expect(ids(devicesOf(list, 'audioinput'))).toEqual(['a', 'b', 'c']);
  });

  it('stand for the device of their hardware that carries their name', () => {
    expect(defaultOf(list, 'audioinput')?.deviceId).toBe('b');
    expect(findDevice(list, 'audioinput', 'communications')?.deviceId).toBe('a');
  });

  it('stand for any device of their hardware when none carries their name', () => {
    const renamed = [mic('default', 'x', 'Standard'), mic('a', 'x', 'Mic')];
    expect(defaultOf(renamed, 'audioinput')?.deviceId).toBe('a');
  });

  it('stay when their hardware is not listed', () => {
    const alone = [mic('default', 'nowhere'), mic('a')];
    expect(ids(devicesOf(alone, 'audioinput'))).toEqual(['default', 'a']);
    expect(defaultOf(alone, 'audioinput')?.deviceId).toBe('default');
  });
});

it('without an alias the first one is the default', () => {
  expect(defaultOf([device('videoinput', 'x'), mic('a'), mic('b')], 'audioinput')?.deviceId).toBe('a');
  expect(defaultOf([], 'audioinput')).toBeNull();
});

it('without a permission the devices are hidden', () => {
  expect(isHidden([mic('')], 'audioinput')).toBe(true);
  expect(isHidden([mic('')], 'videoinput')).toBe(false);
  expect(isHidden([mic('a')], 'audioinput')).toBe(false);
});

describe('a comparison', () => {
  it('tells what is gone, then what is new, then the new default one', () => {
    expect(compareLists([mic('a'), mic('b')], [mic('c'), mic('b')])).toEqual([
      { kind: 'audioinput', deviceId: 'a', what: 'removed' },
      { kind: 'audioinput', deviceId: 'c', what: 'added' },
      { kind: 'audioinput', deviceId: 'c', what: 'default' },
    ]);
  });

  it('tells a change of the default device alone', () => {
    const before = [mic('default', 'a'), mic('a'), mic('b')];
    const after = [mic('default', 'b'), mic('a'), mic('b')];
    expect(compareLists(before, after)).toEqual([{ kind: 'audioinput', deviceId: 'b', what: 'default' }]);
  });

  it('knows no default camera, and no default of nothing', () => {
    const cameras = [device('videoinput', 'x'), device('videoinput', 'y')];
    expect(compareLists(cameras, cameras.toReversed())).toEqual([]);
    expect(compareLists([mic('a')], [])).toEqual([{ kind: 'audioinput', deviceId: 'a', what: 'removed' }]);
  });

  it('tells nothing when devices are named for the first time, or not any more', () => {
    expect(compareLists([mic('')], [mic('a'), mic('b')])).toEqual([]);
    expect(compareLists([mic('a'), mic('b')], [mic('')])).toEqual([]);
  });
});
