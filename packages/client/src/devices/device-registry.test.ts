import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.ts';
import { DeviceRegistry } from './device-registry.ts';

async function createRegistry() {
  const fake = new FakePlatform();
  const { devices } = fake;
  const registry = new DeviceRegistry(devices);
  const told: string[] = [];
  registry.events.on('changed', ({ what, deviceId }) => told.push(`${what} ${deviceId}`));
  const before = registry.list('videoinput');
  await fake.settle();
  return { fake, devices, registry, told, before };
}

describe('DeviceRegistry', () => {
  it('is empty at first, then lists what there is, without telling it as new', async () => {
    const { registry, told, before } = await createRegistry();
    expect(before).toEqual([]);
    expect(registry.list('videoinput').map(({ deviceId }) => deviceId)).toEqual(['camera-1', 'camera-2']);
    expect(registry.default('audioinput')?.deviceId).toBe('mic-1');
    expect(told).toEqual([]);
  });

  it('follows what is plugged in and taken away', async () => {
    const { fake, devices, registry, told } = await createRegistry();
    devices.plug('videoinput', 'camera-3');
    await fake.settle();
    devices.unplug('mic-1');
    await fake.settle();
    expect(told).toEqual(['added camera-3', 'removed mic-1', 'default mic-2']);
    expect(registry.find('videoinput', 'camera-3')).not.toBeNull();
  });

  it('keeps the newest answer, whichever comes last', async () => {
    const { fake, devices, registry, told } = await createRegistry();
    const answer = fake.gates.hold('list devices');
    devices.plug('videoinput', 'camera-3');
    devices.unplug('camera-3');
    answer();
    await fake.settle();
    expect(registry.find('videoinput', 'camera-3')).toBeNull();
    expect(told).toEqual([]);
  });

  it('knows that there is no such device only when devices are named', async () => {
    const { fake, devices, registry } = await createRegistry();
    expect(registry.lacks('videoinput', 'camera-9')).toBe(true);
    expect(registry.lacks('videoinput', 'camera-2')).toBe(false);
    devices.allowed = false;
    await registry.refresh();
    await fake.settle();
    expect(registry.lacks('videoinput', 'camera-9')).toBe(false);
  });

  it('listens no more once it is closed', async () => {
    const { fake, devices, registry, told } = await createRegistry();
    const answer = fake.gates.hold('list devices');
    devices.plug('videoinput', 'camera-3');
    registry.close();
    answer();
    await fake.settle();
    expect(devices.listeners).toBe(0);
    expect(told).toEqual([]);
    expect(registry.find('videoinput', 'camera-3')).toBeNull();
  });
});
