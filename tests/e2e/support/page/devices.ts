import { Plugs } from './plugs.ts';

/**
 * Watches everything that is captured in this page: each live track, and when it was stopped. Must be installed before
 * the SDK runs.
 */
export interface DeviceWatch {
  readonly live: () => number;
  /** From now on a capture request stays unanswered, as if the user had not yet decided, until the returned function. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly plugs: Plugs;
}

type Capture<A extends unknown[]> = (...args: A) => Promise<MediaStream>;

export function watchDevices(write: (name: string, args: readonly unknown[]) => void): DeviceWatch {
  const tracks = new Set<MediaStreamTrack>();
  let gate: { opened: Promise<void>; open: () => void } | undefined;
  const plugs = new Plugs();

  const adopt = (track: MediaStreamTrack): void => {
    tracks.add(track);
    track.addEventListener('ended', () => write('track-lost', [track.kind]));
    const stop = track.stop.bind(track);
    const clone = track.clone.bind(track);
    track.stop = () => {
      const counts = track.readyState === 'live';
      stop();
      if (counts) write('track-ended', [track.kind]);
    };
    track.clone = () => {
      const copy = clone();
      adopt(copy);
      return copy;
    };
  };
  const watched =
    <A extends unknown[]>(capture: Capture<A>): Capture<A> =>
    async (...args) => {
      write('capture-asked', []);
      await gate?.opened;
      const stream = await capture(...args);
      stream.getTracks().forEach(adopt);
      write('capture-opened', [stream.getTracks().map((track) => track.kind)]);
      return stream;
    };

  const devices = navigator.mediaDevices;
  devices.getUserMedia = watched((constraints) => plugs.open(constraints));
  devices.getDisplayMedia = watched((options) => plugs.openScreen(options));

  return {
    live: () => [...tracks].filter((track) => track.readyState === 'live').length,
    hold: () => {
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => (open = resolve));
      gate = { opened, open };
    },
    release: () => {
      gate?.open();
      gate = undefined;
    },
    plugs,
  };
}
