import { describe, expect, it, vi } from 'vitest';
import type { RawPicture } from '../../media/playback.ts';
import { FakeServer } from '../../testing/fake-server.ts';
import type { TRTCVideoFrame, TRTCVideoRenderCallback } from '../raw-frames.ts';
import { createUser } from '../user.contract.ts';

const FORMAT = { i420: 1, texture: 2, bgra: 3, rgba: 5, h264: 6 } as const;
const BUFFER = 1;

/** Two pixels in a row, new each time. */
const twoPixels = (): RawPicture => ({
  rgba: Uint8ClampedArray.of(255, 0, 0, 255, 1, 2, 3, 255),
  width: 2,
  height: 1,
  timestamp: 1234,
});

/** Alice, who sends her camera and shares her screen, in a room with Bob, whose camera and screen she receives. */
async function watching() {
  const server = new FakeServer();
  server.addUser('bob', ['video', 'sub']);
  const alice = createUser('alice', server);
  const { cloud, fake } = alice;
  await alice.enter();
  cloud.startLocalPreview(null);
  cloud.startScreenCapture(null);
  cloud.startRemoteView('bob', null, 1);
  cloud.startRemoteView('bob', null, 2);
  await fake.settle();
  alice.take();
  const given: [userId: string, streamType: number, frame: TRTCVideoFrame][] = [];
  const callback: TRTCVideoRenderCallback = { onRenderVideoFrame: (...args) => given.push(args) };
  return {
    ...alice,
    server,
    given,
    callback,
    /** A frame comes in every picture that is open. */
    frame: (): void => {
      for (const { frames } of fake.playback.pictures) frames?.(twoPixels());
    },
    /** Of whom frames were given. */
    from: () =>
      given
        .splice(0)
        .map(([userId, streamType]) => `${userId} ${streamType}`)
        .toSorted(),
  };
}

describe('raw pictures', () => {
  it.each([
    ['I420', FORMAT.i420, [82, 18, 109, 184]],
    ['BGRA', FORMAT.bgra, [0, 0, 255, 255, 3, 2, 1, 255]],
    ['RGBA', FORMAT.rgba, [255, 0, 0, 255, 1, 2, 3, 255]],
  ] as const)('come as %s with their size and time', async (_name, format, bytes) => {
    const { cloud, given, callback, frame } = await watching();
    expect(cloud.setLocalVideoRenderCallback(format, BUFFER, callback)).toBe(0);
    frame();
    const [first] = given;
    const { data, ...rest } = first?.[2] ?? { data: null };
    expect([...new Uint8Array(data ?? new ArrayBuffer())]).toEqual(bytes);
    expect(rest).toEqual({
      videoFormat: format,
      bufferType: BUFFER,
      textureId: 0,
      length: bytes.length,
      width: 2,
      height: 1,
      timestamp: 1234,
      rotation: 0,
    });
  });

  it("are of one's own streams, or of those of a user, until they are not wanted any more", async () => {
    const { cloud, callback, frame, from, fake } = await watching();
    frame();
    expect(from()).toEqual([]);
    cloud.setLocalVideoRenderCallback(FORMAT.rgba, BUFFER, callback);
    frame();
    expect(from()).toEqual([' 0', ' 2']);
    cloud.setRemoteVideoRenderCallback('bob', FORMAT.bgra, BUFFER, callback);
    cloud.setRemoteVideoRenderCallback('carol', FORMAT.bgra, BUFFER, callback);
    expect(cloud.setLocalVideoRenderCallback(0, 0, null)).toBe(0);
    frame();
    expect(from()).toEqual(['bob 1', 'bob 2']);
    cloud.stopRemoteView('bob', 2);
    cloud.setRemoteVideoStreamType('bob', 0);
    frame();
    expect(from()).toEqual(['bob 0']);
    cloud.startRemoteView('bob', null, 2);
    await fake.settle();
    frame();
    expect(from()).toEqual(['bob 0', 'bob 2']);
    expect(cloud.setRemoteVideoRenderCallback('bob', 0, 0, null)).toBe(0);
    frame();
    expect(from()).toEqual([]);
  });

  it('go to the newest callback only, also of what is started later, and end with the capture', async () => {
    const { cloud, fake, callback, frame, from } = await watching();
    const older = vi.fn();
    cloud.stopLocalPreview();
    cloud.setLocalVideoRenderCallback(FORMAT.rgba, BUFFER, { onRenderVideoFrame: older });
    cloud.setLocalVideoRenderCallback(FORMAT.rgba, BUFFER, callback);
    cloud.stopScreenCapture();
    frame();
    expect(from()).toEqual([]);
    cloud.startLocalPreview(null);
    await fake.settle();
    frame();
    expect(from()).toEqual([' 0']);
    expect(older).not.toHaveBeenCalled();
  });

  it.each(['exitRoom', 'a removal'])(
    'end with %s, before onExitRoom, and are not given in the next stay',
    async (how) => {
      const user = await watching();
      const { cloud, fake, server, callback, frame, from } = user;
      cloud.setLocalVideoRenderCallback(FORMAT.rgba, BUFFER, callback);
      cloud.setRemoteVideoRenderCallback('bob', FORMAT.rgba, BUFFER, callback);
      let listening = -1;
      const listened = [...fake.playback.pictures];
      cloud.on('onExitRoom', () => {
        listening = listened.filter(({ frames }) => frames).length;
      });
      expect(listened.filter(({ frames }) => frames)).toHaveLength(4);
      if (how === 'exitRoom') cloud.exitRoom();
      else server.end('alice', 'removed');
      await fake.settle();
      expect(listening).toBe(0);
      await user.enter();
      cloud.startLocalPreview(null);
      cloud.startRemoteView('bob', null, 0);
      await fake.settle();
      expect(fake.playback.pictures.size).toBe(2);
      frame();
      expect(from()).toEqual([]);
    },
  );

  it('end with the user, and with destroy, also from within the callback', async () => {
    const { cloud, fake, server, callback, frame, from, given } = await watching();
    cloud.setRemoteVideoRenderCallback('bob', FORMAT.rgba, BUFFER, callback);
    server.end('bob', 'removed');
    await fake.settle();
    server.addUser('bob', ['video']);
    await fake.settle();
    cloud.startRemoteView('bob', null, 0);
    await fake.settle();
    frame();
    expect(from()).toEqual([]);
    const own = [...fake.playback.pictures];
    cloud.setLocalVideoRenderCallback(FORMAT.rgba, BUFFER, {
      onRenderVideoFrame: (...args) => {
        given.push(args);
        cloud.destroy();
      },
    });
    frame();
    expect(from()).toEqual([' 0']);
    expect(own.filter(({ frames }) => frames)).toEqual([]);
  });

  it('go on after a callback that throws, whose error is told to the page', async () => {
    const { cloud, frame } = await watching();
    let calls = 0;
    cloud.setLocalVideoRenderCallback(FORMAT.rgba, BUFFER, {
      onRenderVideoFrame: () => {
        calls += 1;
        throw new Error('broken page');
      },
    });
    const later = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
    frame();
    frame();
    expect(calls).toBe(4);
    expect(later.mock.calls[0]?.[0]).toThrow('broken page');
    later.mockRestore();
  });

  it('are refused with a code, and nothing changes', async () => {
    const { cloud, callback, frame, from, take, fake } = await watching();
    cloud.setLocalVideoRenderCallback(FORMAT.rgba, BUFFER, callback);
    const call = (name: string, args: readonly unknown[]): unknown =>
      (Reflect.get(cloud, name) as (...given: readonly unknown[]) => unknown).apply(cloud, [...args]);
    const set = (...args: readonly unknown[]): unknown => call('setLocalVideoRenderCallback', args);
    const setOfBob = (...args: readonly unknown[]): unknown => call('setRemoteVideoRenderCallback', args);
    for (const format of [0, FORMAT.texture, FORMAT.h264, '1', undefined]) {
      expect(set(format, BUFFER, callback)).toBe(-1327);
      expect(setOfBob('bob', format, BUFFER, callback)).toBe(-1327);
    }
    for (const type of [0, 3, undefined]) {
      expect(set(FORMAT.i420, type, callback)).toBe(-1328);
      expect(setOfBob('bob', FORMAT.i420, type, callback)).toBe(-1328);
    }
    for (const wrong of [undefined, {}, () => undefined, { onRenderVideoFrame: 1 }]) {
      expect(set(FORMAT.i420, BUFFER, wrong)).toBe(-2);
      expect(setOfBob('bob', FORMAT.i420, BUFFER, wrong)).toBe(-2);
    }
    for (const nobody of ['', null, 7]) expect(setOfBob(nobody, FORMAT.i420, BUFFER, callback)).toBe(-2);
    fake.playback.readsFrames = false;
    expect(set(FORMAT.i420, BUFFER, callback)).toBe(-4);
    expect(setOfBob('bob', FORMAT.i420, BUFFER, callback)).toBe(-4);
    frame();
    expect(from()).toEqual([' 0', ' 2']);
    expect(take()).toEqual([]);
  });
});
