import { cameraTrack, type Scene } from './camera.ts';
import { soundTrack, type Sound } from './sound.ts';

/** The id of Chromium's entry for the system's default device. */
const DEFAULT = 'default';

/** Names of errors that a browser gives for a device that is there. */
export type CaptureFailure = 'NotReadableError' | 'OverconstrainedError' | 'AbortError';

/**
 * Cameras, microphones and speakers that a test plugs in and out and gives a picture or a sound. The devices themselves are the browser's;
 * what is unplugged is hidden, and its tracks end as the browser ends them.
 */
export class Plugs {
  readonly #devices = navigator.mediaDevices;
  readonly #enumerate = this.#devices.enumerateDevices.bind(this.#devices);
  readonly #capture = this.#devices.getUserMedia.bind(this.#devices);
  readonly #captureScreen = this.#devices.getDisplayMedia.bind(this.#devices);
  readonly #unplugged = new Set<string>();
  /** By device; the empty id is every one without a sound, or a scene, of its own. */
  readonly #sounds = new Map<string, Sound>();
  readonly #scenes = new Map<string, Scene>();
  readonly #failures = new Map<string, CaptureFailure>();
  /** By kind: what the list's entry `default` stands for. */
  readonly #defaults = new Map<MediaDeviceKind, MediaDeviceInfo>();
  #screenSound: Sound | 'none' | null = null;
  #screen: Scene | null = null;
  readonly #tracks = new Map<MediaStreamTrack, () => void>();

  constructor() {
    this.#devices.enumerateDevices = async () => {
      const plugged = (await this.#enumerate()).filter(({ deviceId }) => !this.#unplugged.has(deviceId));
      return plugged.map((device) => this.#listed(device));
    };
  }

  setSound(sound: Sound, deviceId = ''): void {
    this.#sounds.set(deviceId, sound);
  }

  /** Captures of the device, or of every one, fail so from now on; null for no longer. */
  setFailure(failure: CaptureFailure | null, deviceId = ''): void {
    if (failure) this.#failures.set(deviceId, failure);
    else this.#failures.delete(deviceId);
  }

  /** Makes it the system's default one of its kind, for which Chromium has an entry of its own in the list. */
  async prefer(deviceId: string): Promise<void> {
    const device = (await this.#enumerate()).find((candidate) => candidate.deviceId === deviceId);
    if (!device) throw new Error('there is no such device');
    this.#defaults.set(device.kind, device);
    this.#devices.dispatchEvent(new Event('devicechange'));
  }

  /** What a shared screen sounds like instead of the browser's beeps, if at all. */
  setScreenSound(sound: Sound | 'none'): void {
    this.#screenSound = sound;
  }

  /** What a shared screen looks like instead of the browser's own: a Firefox without a display has none. */
  setScreen(scene: Scene): void {
    this.#screen = scene;
  }

  setScene(scene: Scene, deviceId = ''): void {
    this.#scenes.set(deviceId, scene);
  }

  /** As the browser's `getUserMedia`, with what is plugged in. */
  async open(constraints: MediaStreamConstraints = {}): Promise<MediaStream> {
    const [kind, wanted] = constraints.audio
      ? (['audioinput', constraints.audio] as const)
      : (['videoinput', constraints.video] as const);
    const deviceId = await this.#choose(kind, exactId(wanted));
    const real = (deviceId === DEFAULT && this.#defaults.get(kind)?.deviceId) || deviceId;
    const failure = this.#failures.get(real) ?? this.#failures.get('');
    if (failure) throw captureError(failure);
    const generated = this.#generate(kind, real, wanted);
    if (generated) return this.#adopt(new MediaStream([describe(generated, { deviceId })]));
    const isOther = this.#unplugged.size > 0 || real !== deviceId;
    return this.#adopt(await this.#capture(isOther ? only(constraints, real) : constraints));
  }

  /** As the browser's `getDisplayMedia`. */
  async openScreen(options?: DisplayMediaStreamOptions): Promise<MediaStream> {
    const stream = this.#screen ? screenOf(this.#screen, options) : await this.#captureScreen(options);
    if (options?.audio && this.#screenSound) replaceSound(stream, this.#screenSound);
    return this.#adopt(stream);
  }

  /** How each screen is captured. */
  screens(): MediaTrackSettings[] {
    const live = [...this.#tracks.keys()].filter(({ readyState }) => readyState === 'live');
    return live.map((track) => track.getSettings()).filter((settings) => 'displaySurface' in settings);
  }

  /** The device is gone; what it delivered ends. */
  unplug(deviceId: string): void {
    this.#unplugged.add(deviceId);
    this.end((track) => track.getSettings().deviceId === deviceId);
    this.#devices.dispatchEvent(new Event('devicechange'));
  }

  plug(deviceId: string): void {
    this.#unplugged.delete(deviceId);
    this.#devices.dispatchEvent(new Event('devicechange'));
  }

  /** Ends tracks from outside, as the browser does. */
  end(which: (track: MediaStreamTrack) => boolean): void {
    for (const [track, stop] of this.#tracks) {
      if (track.readyState !== 'live' || !which(track)) continue;
      stop();
      track.dispatchEvent(new Event('ended'));
    }
  }

  #adopt(stream: MediaStream): MediaStream {
    for (const track of stream.getTracks()) {
      this.#tracks.set(track, track.stop.bind(track));
      acceptDispatched(track);
    }
    return stream;
  }

  #listed(device: MediaDeviceInfo): MediaDeviceInfo {
    const { kind, deviceId } = device;
    const real = deviceId === DEFAULT && this.#defaults.get(kind);
    if (!real) return device;
    const values = { kind, deviceId, groupId: real.groupId, label: `Default - ${real.label}` };
    return { ...values, toJSON: () => values };
  }

  #generate(
    kind: MediaDeviceKind,
    deviceId: string,
    constraints: boolean | MediaTrackConstraints | undefined,
  ): MediaStreamTrack | undefined {
    const size = typeof constraints === 'object' ? constraints : {};
    if (kind === 'videoinput') {
      const scene = this.#scenes.get(deviceId) ?? this.#scenes.get('');
      return scene && cameraTrack(scene, size);
    }
    const sound = this.#sounds.get(deviceId) ?? this.#sounds.get('');
    return sound && soundTrack(sound);
  }

  async #choose(kind: MediaDeviceKind, wanted: string | undefined): Promise<string> {
    const found = (await this.#devices.enumerateDevices()).filter((device) => device.kind === kind);
    const [first] = found;
    if (!first) throw new DOMException('nothing is plugged in', 'NotFoundError');
    if (wanted === undefined) return first.deviceId;
    if (found.some(({ deviceId }) => deviceId === wanted)) return wanted;
    throw new OverconstrainedError('deviceId', 'nothing of that id is plugged in');
  }
}

function captureError(failure: CaptureFailure): Error {
  if (failure === 'OverconstrainedError') return new OverconstrainedError('width', 'no size fits');
  return new DOMException('the test wants it so', failure);
}

function exactId(constraints: boolean | MediaTrackConstraints | undefined): string | undefined {
  const deviceId = typeof constraints === 'object' ? constraints.deviceId : undefined;
  return typeof deviceId === 'object' && 'exact' in deviceId ? String(deviceId.exact) : undefined;
}

/** So that nothing is opened that is unplugged. */
function only(constraints: MediaStreamConstraints, deviceId: string): MediaStreamConstraints {
  const kind = constraints.audio ? 'audio' : 'video';
  const given = constraints[kind];
  return { [kind]: { ...(typeof given === 'object' ? given : {}), deviceId: { exact: deviceId } } };
}

/** A generated track that says what it comes from. */
function describe(track: MediaStreamTrack, origin: MediaTrackSettings): MediaStreamTrack {
  const settings = track.getSettings.bind(track);
  track.getSettings = () => ({ ...settings(), ...origin });
  return track;
}

/** Firefox keeps what a script dispatches at a track from its listeners, unless they ask for it by an argument of its own. */
function acceptDispatched(track: MediaStreamTrack): void {
  const listen = track.addEventListener.bind(track) as (...args: unknown[]) => void;
  track.addEventListener = (type: string, listener: unknown, options?: unknown) =>
    listen(type, listener, options, true);
}

/** A generated screen, which nobody has to choose. */
function screenOf(scene: Scene, options: DisplayMediaStreamOptions = {}): MediaStream {
  const track = cameraTrack(scene, typeof options.video === 'object' ? options.video : {});
  return new MediaStream([describe(track, { displaySurface: 'monitor' })]);
}

function replaceSound(stream: MediaStream, sound: Sound | 'none'): void {
  for (const track of stream.getAudioTracks()) {
    track.stop();
    stream.removeTrack(track);
  }
  if (sound !== 'none') stream.addTrack(soundTrack(sound));
}
