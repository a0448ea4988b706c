import { describe, expect, it } from 'vitest';
import { FakeDevices } from '../testing/fake-devices.ts';
import { Gates } from '../testing/gates.ts';
import { LocalTracks } from './local-tracks.ts';

function createTracks() {
  const gates = new Gates();
  const devices = new FakeDevices(gates);
  const ended: string[] = [];
  return { gates, devices, ended, tracks: new LocalTracks(devices, (source) => ended.push(source)) };
}

describe('LocalTracks', () => {
  it('owns one track per source and stops the one before', async () => {
    const { devices, tracks } = createTracks();
    await tracks.open('video', {});
    await tracks.open('video', {});
    expect(devices.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
  });

  it('stops a capture that arrives after it was closed, the moment it arrives', async () => {
    const { gates, devices, tracks } = createTracks();
    const open = gates.hold('open video');
    const outcome = tracks.open('video', {});
    tracks.close('video');
    open();
    await expect(outcome).resolves.toEqual({ kind: 'superseded' });
    expect(devices.tracks.map(({ readyState }) => readyState)).toEqual(['ended']);
    expect(tracks.get('video')).toBeNull();
  });

  it('keeps only the newest of two captures that are being opened', async () => {
    const { gates, devices, tracks } = createTracks();
    const open = gates.hold('open audio');
    const first = tracks.open('audio', {});
    const second = tracks.open('audio', {});
    open();
    expect([(await first).kind, (await second).kind]).toEqual(['superseded', 'opened']);
    expect(devices.live).toHaveLength(1);
  });

  it('forgets a failure that nobody waits for any more', async () => {
    const { gates, devices, tracks } = createTracks();
    devices.failWith = 'NotAllowedError';
    const open = gates.hold('open video');
    const outcome = tracks.open('video', {});
    tracks.close('video');
    open();
    await expect(outcome).resolves.toEqual({ kind: 'superseded' });
  });

  it.each([
    ['video', 'NotAllowedError', -1314],
    ['video', 'NotReadableError', -1316],
    ['video', 'NotFoundError', -1301],
    ['video', 'AbortError', -1301],
    ['audio', 'NotAllowedError', -1317],
    ['audio', 'NotReadableError', -1319],
    ['audio', 'OverconstrainedError', -1318],
    ['audio', 'NotFoundError', -1302],
    ['sub', 'NotAllowedError', -1308],
    ['sub', 'NotSupportedError', -1309],
  ] as const)('tells %s %s as %i', async (source, name, code) => {
    const { devices, tracks } = createTracks();
    devices.failWith = name;
    const outcome = await tracks.open(source, {});
    expect(outcome).toMatchObject({ kind: 'failed', error: { code, platformName: name } });
  });

  it('tells when the platform ends a track, and not when it was closed', async () => {
    const { devices, tracks, ended } = createTracks();
    await tracks.open('sub', {});
    devices.tracks[0]?.end();
    await tracks.open('sub', {});
    tracks.close('sub');
    devices.tracks[1]?.end();
    expect(ended).toEqual(['sub']);
    expect(tracks.get('sub')).toBeNull();
  });
});
