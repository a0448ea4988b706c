import { describe, expect, it } from 'vitest';
import { Rect, TRTCScreenCaptureProperty } from '../screen-sources.ts';
import { createUser } from '../user.contract.ts';

/** Alice in a room, with what her SDK told her of pauses. */
async function enter() {
  const alice = createUser('alice');
  await alice.enter();
  const pauses: string[] = [];
  alice.cloud.on('onScreenCapturePaused', (reason) => pauses.push(`paused ${reason}`));
  alice.cloud.on('onScreenCaptureResumed', (reason) => pauses.push(`resumed ${reason}`));
  const share = async (): Promise<void> => {
    alice.cloud.startScreenCapture(null);
    await alice.fake.settle();
    alice.take();
  };
  const layers = (): unknown => {
    const options = alice.fake.engines.last.sent.get('sub')?.options;
    return options?.kind === 'video' && options.layers;
  };
  alice.take();
  return { ...alice, pauses, share, layers };
}

describe('what can be shared', () => {
  it('is a screen, a window or a tab, with pictures that can be drawn', () => {
    const sources = createUser('alice').cloud.getScreenCaptureSources(16, 9, 4, 4);
    expect(sources.map(({ type, sourceId }) => [type, sourceId])).toEqual([
      [1, 'screen'],
      [0, 'window'],
      [2, 'tab'],
    ]);
    for (const { sourceName, thumbBGRA, iconBGRA } of sources) {
      expect(sourceName).not.toBe('');
      expect(thumbBGRA).toMatchObject({ width: 16, height: 9, length: 16 * 9 * 4 });
      expect(new Uint8Array(thumbBGRA.buffer).subarray(0, 4)).toEqual(Uint8Array.of(128, 128, 128, 255));
      expect(iconBGRA.buffer.byteLength).toBe(4 * 4 * 4);
    }
  });

  it('has a size without being asked for one, and not too large a one', () => {
    const { cloud } = createUser('alice');
    expect(cloud.getScreenCaptureSources()[0]?.thumbBGRA).toMatchObject({ width: 160, height: 90 });
    expect(cloud.getScreenCaptureSources(1e9, 0)[0]?.thumbBGRA).toMatchObject({ width: 1_024, height: 0 });
  });

  it('is nothing for a wrong size, and in a browser that cannot share', async () => {
    const { cloud, fake, take } = createUser('alice');
    expect(cloud.getScreenCaptureSources('large' as unknown as number)).toEqual([]);
    await fake.settle();
    expect(take()).toEqual(['onError -2 …']);
    fake.devices.canCaptureScreen = false;
    expect(cloud.getScreenCaptureSources()).toEqual([]);
  });
});

describe('a chosen target', () => {
  it('is what the browser offers first', async () => {
    const { cloud, fake, share } = await enter();
    const [screen, window] = cloud.getScreenCaptureSources();
    cloud.selectScreenCaptureTarget(window!, new Rect(), new TRTCScreenCaptureProperty(false));
    await share();
    expect(fake.devices.constraints).toMatchObject({ displaySurface: 'window', cursor: 'never' });
    cloud.stopScreenCapture();
    cloud.selectScreenCaptureTarget(screen!, new Rect(), new TRTCScreenCaptureProperty());
    await share();
    expect(fake.devices.constraints).toMatchObject({ displaySurface: 'monitor', cursor: 'always' });
  });

  it('may be given as older versions did', async () => {
    const { cloud, fake, share, take } = await enter();
    cloud.selectScreenCaptureTarget(1, 'screen', 'Screen', new Rect(), false, true);
    await share();
    expect(fake.devices.constraints).toMatchObject({ displaySurface: 'monitor', cursor: 'never' });
    expect(take()).toEqual([]);
  });

  it('that is none is refused, and a part of one is a warning', async () => {
    const { cloud, fake, take } = await enter();
    cloud.selectScreenCaptureTarget({} as never);
    cloud.selectScreenCaptureTarget(null as never);
    cloud.selectScreenCaptureTarget(cloud.getScreenCaptureSources()[0]!, new Rect(0, 0, 300, 200));
    await fake.settle();
    expect(take()).toEqual(['onError -2 …', 'onError -2 …', expect.stringMatching(/^onWarning -4 /)]);
  });
});

describe('the end of a screen share', () => {
  it('is told in the older spelling first, as in TRTC', async () => {
    const { cloud, fake, share } = await enter();
    const told: string[] = [];
    for (const name of ['onScreenCaptureStopped', 'onScreenCaptureStoped'] as const)
      cloud.on(name, (reason) => told.push(`${name} ${reason}`));
    await share();
    cloud.stopScreenCapture();
    await fake.settle();
    expect(told).toEqual(['onScreenCaptureStoped 0', 'onScreenCaptureStopped 0']);
  });
});

describe('a pause', () => {
  it('sends no pictures, without a word to the others, until it is over', async () => {
    const { cloud, fake, pauses, share, layers } = await enter();
    await share();
    fake.server.requests.length = 0;
    expect(layers()).toBe('all');
    cloud.pauseScreenCapture();
    cloud.pauseScreenCapture();
    expect(pauses).toEqual([]);
    await fake.settle();
    expect(layers()).toBe('none');
    expect(pauses).toEqual(['paused 0']);
    cloud.resumeScreenCapture();
    await fake.settle();
    expect(layers()).toBe('all');
    expect(pauses).toEqual(['paused 0', 'resumed 0']);
    expect(fake.server.requests).toEqual([]);
  });

  it('ends with what is shared', async () => {
    const { cloud, fake, pauses, share, layers } = await enter();
    await share();
    cloud.pauseScreenCapture();
    cloud.stopScreenCapture();
    await share();
    expect(layers()).toBe('all');
    cloud.pauseScreenCapture();
    fake.devices.live[0]?.end();
    await fake.settle();
    await share();
    expect(layers()).toBe('all');
    expect(pauses).toEqual(['paused 0', 'paused 0']);
  });

  it('of nothing is nothing', async () => {
    const { cloud, fake, pauses, take } = await enter();
    cloud.pauseScreenCapture();
    cloud.resumeScreenCapture();
    await fake.settle();
    expect(pauses).toEqual([]);
    expect(take()).toEqual([]);
  });
});

it('the big stream carries no screen', async () => {
  const { cloud, fake, take } = await enter();
  cloud.startScreenCapture(null, 0);
  await fake.settle();
  expect(take()).toEqual(['onError -4 …']);
  expect(fake.devices.requests).toBe(0);
});

it('windows cannot be left out or added', async () => {
  const { cloud, fake, take } = await enter();
  cloud.addExcludedShareWindow('1');
  cloud.removeExcludedShareWindow('1');
  cloud.removeAllExcludedShareWindow();
  cloud.addIncludedShareWindow('1');
  cloud.removeIncludedShareWindow('1');
  cloud.removeAllIncludedShareWindow();
  await fake.settle();
  expect(take()).toEqual(Array.from({ length: 6 }, () => expect.stringMatching(/^onWarning -4 /) as unknown));
});
