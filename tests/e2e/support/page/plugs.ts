import { cameraTrack, type Scene } from './camera.ts';
import { soundTrack, type Sound } from './sound.ts';

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
  #screenSound: Sound | 'none' | null = null;
  readonly #tracks = new Map<MediaStreamTrack, () => void>();

  constructor() {
    this.#devices.enumerateDevices = async () =>
      (await this.#enumerate()).filter(({ deviceId }) => !this.#unplugged.has(deviceId));
  }

  setSound(sound: Sound, deviceId = ''): void {
    this.#sounds.set(deviceId, sound);
  }

  /** What a shared screen sounds like instead of the browser's beeps, if at all. */
  setScreenSound(sound: Sound | 'none'): void {
    this.#screenSound = sound;
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
    const generated = this.#generate(kind, deviceId, wanted);
    if (generated) return this.#adopt(new MediaStream([generated]));
    return this.#adopt(
      await this.#capture(this.#unplugged.size > 0 ? only(constraints, deviceId) : constraints),
    );
  }

  /** As the browser's `getDisplayMedia`. */
  async openScreen(options?: DisplayMediaStreamOptions): Promise<MediaStream> {
    const stream = await this.#captureScreen(options);
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
    for (const track of stream.getTracks()) this.#tracks.set(track, track.stop.bind(track));
    return stream;
  }

  #generate(
    kind: MediaDeviceKind,
    deviceId: string,
    constraints: boolean | MediaTrackConstraints | undefined,
  ): MediaStreamTrack | undefined {
    const size = typeof constraints === 'object' ? constraints : {};
    if (kind === 'videoinput') {
      const scene = this.#scenes.get(deviceId) ?? this.#scenes.get('');
      return scene && named(cameraTrack(scene, size), deviceId);
    }
    const sound = this.#sounds.get(deviceId) ?? this.#sounds.get('');
    return sound && named(soundTrack(sound), deviceId);
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

/** A generated track that says which device it comes from. */
function named(track: MediaStreamTrack, deviceId: string): MediaStreamTrack {
  const settings = track.getSettings.bind(track);
  track.getSettings = () => ({ ...settings(), deviceId });
  return track;
}

function replaceSound(stream: MediaStream, sound: Sound | 'none'): void {
  for (const track of stream.getAudioTracks()) {
    track.stop();
    stream.removeTrack(track);
  }
  if (sound !== 'none') stream.addTrack(soundTrack(sound));
}
