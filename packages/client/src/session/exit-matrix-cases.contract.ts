import type { LeaveReason } from '@rotunda/protocol';
import type { Run } from './exit-matrix-run.contract.ts';

export interface Activity {
  /** Not disturbed. */
  prepare(run: Run): Promise<void>;
  /** What the client is doing when the exit comes. */
  act(run: Run): void;
  /** Milliseconds that it takes, beside what happens at once. */
  readonly lasts?: number;
}

const IMAGE = { kind: 'file', url: 'image.png' } as const;

async function inRoomWithCamera(run: Run): Promise<void> {
  await run.inRoom();
  void run.client.local.start('video');
  await run.fake.settle();
}

export const ACTIVITIES: Record<string, Activity> = {
  enter: {
    prepare: () => Promise.resolve(),
    act: (run) => {
      void run.client.local.start('audio');
      run.enter();
    },
  },
  'enter and receive pictures ahead': {
    prepare: () => Promise.resolve(),
    act: (run) => {
      run.client.ahead.automatic = true;
      run.enter();
    },
  },
  switchRole: {
    prepare: inRoomWithCamera,
    act: (run) => {
      void run.client.room.switchRole({ role: 21 });
      void run.client.room.switchRole({ role: 20 });
    },
  },
  switchRoom: {
    prepare: inRoomWithCamera,
    act: (run) => {
      run.client.views.start({ userId: 'carol', source: 'video', layer: 'big' }, []);
      run.client.room.switchRoom({ room: { roomId: 2 } });
    },
  },
  'switchRoom over a lost link': {
    prepare: inRoomWithCamera,
    act: (run) => {
      run.client.room.switchRoom({ room: { roomId: 2 } });
      run.client.room.switchRoom({ room: { roomId: 1 } });
      run.fake.network.breakAll();
    },
    lasts: 1_500,
  },
  connectOtherRoom: {
    prepare: (run) => run.inRoom(),
    act: (run) => {
      void run.client.room.crossRoom?.connect({ room: { roomId: 2 }, userId: 'bea' });
      void run.client.room.crossRoom?.disconnect();
    },
  },
  publish: {
    prepare: (run) => run.inRoom(),
    act: (run) => {
      void run.client.local.start('video');
      void run.client.local.start('audio');
      run.client.views.start({ userId: 'bob', source: 'video', layer: 'big' }, []);
    },
  },
  'play and mix sound': {
    prepare: async (run) => {
      await run.inRoom();
      run.client.volumes.setInterval(100);
    },
    act: (run) => {
      const { local } = run.client;
      local.music.start({ id: 1, url: 'blob:song', plays: 1, publish: true, startMs: 0, endMs: 0 });
      local.mix.voice.setMonitor('on');
      void local.start('audio');
      local.systemSound.start();
      run.fake.audio.last.music[0]?.load(10_000);
    },
    lasts: 300,
  },
  record: {
    prepare: async (run) => {
      await run.inRoom();
      void run.client.local.start('audio');
      await run.fake.settle();
    },
    act: (run) => {
      const { local, recordings } = run.client;
      const plan = { path: 'call.mp4', maxDurationMs: 0 };
      void local.start('video');
      recordings.local.start({ ...plan, what: 'both', intervalMs: 1_000 });
      recordings.audio.start({ ...plan, path: 'call.wav', content: 'all' });
      void local.opening('video')?.then(() => {
        recordings.audio.stop();
        return recordings.audio.start({ ...plan, content: 'others', maxDurationMs: 10_000 });
      });
    },
    lasts: 300,
  },
  'mute with a picture in place of the camera': {
    prepare: async (run) => {
      await run.client.local.pictures.video.setSubstitute({ source: IMAGE, fps: 5 });
      await inRoomWithCamera(run);
    },
    act: (run) => {
      const { local } = run.client;
      local.setMuted('video', true);
      const place = { x: 0, y: 0, width: 0.5 };
      void local.pictures.video.setWatermark({ source: IMAGE, place });
      void Promise.resolve().then(() => local.setMuted('video', false));
    },
  },
  'publish and switchRole': {
    prepare: (run) => run.inRoom(),
    act: (run) => {
      void run.client.local.start('audio');
      void run.client.local.start('video').then(() => run.client.room.switchRole({ role: 21 }));
    },
  },
  'publish and mediaReset': {
    prepare: (run) => run.inRoom(),
    act: (run) => {
      void run.client.local.start('video').then(() => run.fake.server.resetMedia('alice'));
      run.client.views.start({ userId: 'bob', source: 'video', layer: 'big' }, []);
    },
  },
  exit: {
    prepare: inRoomWithCamera,
    act: (run) => run.exit(),
  },
  'exit with a capture on the way': {
    prepare: inRoomWithCamera,
    act: (run) => {
      void run.client.local.start('audio');
      run.exit();
      void run.client.local.start('sub');
    },
  },
  'devices come and go': {
    prepare: async (run) => {
      await inRoomWithCamera(run);
      void run.client.local.start('audio');
      await run.fake.settle();
    },
    act: (run) => {
      run.client.devices.select('videoinput', 'camera-2');
      run.fake.devices.unplug('mic-1');
    },
  },
  reconnect: {
    prepare: inRoomWithCamera,
    act: (run) => run.fake.network.breakAll(),
    lasts: 1_500,
  },
};

/** A way out: what happens, and the reason of the server's that it gives, if it is one. */
export interface Exit {
  happen(run: Run): void;
  readonly reason?: LeaveReason;
}

function forced(reason: LeaveReason): Exit {
  return { happen: (run) => run.forceOut(reason), reason };
}

export const EXITS: Record<string, Exit> = {
  exitRoom: { happen: (run) => run.exit() },
  removed: forced('removed'),
  dismissed: forced('dismissed'),
  replaced: forced('replaced'),
  permissionLost: forced('permissionLost'),
  serverFault: forced('serverFault'),
  'removed while cut off': {
    happen: (run) => run.forceOut('removed', { cut: true }),
    reason: 'removed',
  },
  'refused return': {
    happen: (run) => {
      run.fake.server.refusals.set('resume', { code: -3301, message: 'no way back' });
      run.fake.network.breakAll();
    },
  },
  'page closed': {
    happen: (run) => {
      run.fake.page.go();
      run.destroy();
    },
  },
  destroy: { happen: (run) => run.destroy() },
};
