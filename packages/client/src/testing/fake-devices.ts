import type { Source } from '@rotunda/protocol';
import type { DeviceInfo, DeviceKind, DevicePlatform, LocalTrack } from '../devices/platform.ts';
import type { Gates } from './gates.ts';

/** A captured track without a camera. */
export class FakeTrack extends EventTarget implements LocalTrack {
  readonly id: string;
  readonly kind: string;
  readyState: 'live' | 'ended' = 'live';
  enabled = true;
  /** Whether the client has got it: until then it is on its way, and nobody can stop it. */
  arrived = false;
  /** The size and the device that the platform chose, as far as they are known. */
  settings: { width?: number; height?: number; deviceId?: string } = {};
  /** Every change that was asked for. */
  readonly applied: MediaTrackConstraints[] = [];

  constructor(id: string, kind: string) {
    super();
    this.id = id;
    this.kind = kind;
  }

  /** Whoever keeps a track listens, from the moment in which it arrives. */
  override addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
    this.arrived = true;
    super.addEventListener(...given);
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** As the browser's own stop button does, or unplugging. */
  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }

  applyConstraints(constraints: MediaTrackConstraints): Promise<void> {
    this.applied.push(constraints);
    return Promise.resolve();
  }

  getSettings(): { width?: number; height?: number; deviceId?: string } {
    return this.settings;
  }
}

const KINDS = { video: 'videoinput', audio: 'audioinput' } as const;

/** Devices that open at the pace of the gates, and remember every track they gave away. */
export class FakeDevices implements DevicePlatform {
  readonly tracks: FakeTrack[] = [];
  /** What is plugged in; the first of a kind is the default one. */
  plugged: DeviceInfo[] = [
    fakeDevice('videoinput', 'camera-1'),
    fakeDevice('videoinput', 'camera-2'),
    fakeDevice('audioinput', 'mic-1'),
    fakeDevice('audioinput', 'mic-2'),
    fakeDevice('audiooutput', 'speaker-1'),
    fakeDevice('audiooutput', 'speaker-2'),
  ];
  /** Whether the user allows the page to capture; without it devices are listed without id and name. */
  allowed = true;
  canCaptureScreen = true;
  /** How often a capture was asked for. */
  requests = 0;
  /** What was asked for, last. */
  constraints: MediaTrackConstraints = {};
  /** DOMException name to fail with. */
  failWith: string | null = null;
  /** Ids of devices that are busy as long as another one of their kind is open. */
  readonly exclusive = new Set<string>();
  /** Ids of devices that another program has. */
  readonly busy = new Set<string>();
  /** Whether the platform gives the sound of a screen when it is asked for it. */
  screenSound: 'given' | 'none' = 'given';
  readonly #gates: Gates;
  readonly #listeners = new Set<() => void>();

  constructor(gates: Gates) {
    this.#gates = gates;
  }

  get live(): readonly FakeTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live');
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  async open(
    source: Source,
    constraints: MediaTrackConstraints,
    onSound?: (track: LocalTrack | null) => void,
  ): Promise<LocalTrack> {
    this.requests++;
    this.constraints = constraints;
    await this.#gates.pass(`open ${source}`);
    if (this.failWith) throw new DOMException('fake failure', this.failWith);
    const kind = source === 'audio' ? 'audio' : 'video';
    const track = new FakeTrack(`${source}-${this.tracks.length}`, kind);
    if (source !== 'sub') track.settings.deviceId = this.#choose(source, constraints).deviceId;
    this.tracks.push(track);
    if (onSound) onSound(this.screenSound === 'given' ? this.#openSound() : null);
    return track;
  }

  async list(): Promise<readonly DeviceInfo[]> {
    await this.#gates.pass('list devices');
    if (this.allowed) return this.plugged;
    const kinds = [...new Set(this.plugged.map(({ kind }) => kind))];
    return kinds.map((kind) => ({ deviceId: '', label: '', groupId: '', kind }));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Plugs a device in, or takes it away; `first` makes it the default one. */
  plug(kind: DeviceKind, deviceId: string, { first = false } = {}): void {
    const device = fakeDevice(kind, deviceId);
    this.plugged = first ? [device, ...this.plugged] : [...this.plugged, device];
    this.#changed();
  }

  unplug(deviceId: string): void {
    this.plugged = this.plugged.filter((device) => device.deviceId !== deviceId);
    for (const track of this.live) if (track.settings.deviceId === deviceId) track.end();
    this.#changed();
  }

  /** Makes it the default one of its kind. */
  prefer(deviceId: string): void {
    this.plugged = this.plugged.toSorted(
      (a, b) => Number(b.deviceId === deviceId) - Number(a.deviceId === deviceId),
    );
    this.#changed();
  }

  /** The user withdraws the permission. */
  revoke(): void {
    this.allowed = false;
    this.failWith = 'NotAllowedError';
    for (const track of this.live) track.end();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #choose(source: 'video' | 'audio', { deviceId }: MediaTrackConstraints): DeviceInfo {
    const wanted = typeof deviceId === 'object' && 'exact' in deviceId ? deviceId.exact : undefined;
    const device = this.plugged.find(
      ({ kind, deviceId: id }) => kind === KINDS[source] && (wanted === undefined || id === wanted),
    );
    if (!device && wanted === undefined) throw new DOMException('fake failure', 'NotFoundError');
    if (!device) throw Object.assign(new Error('fake failure'), overconstrained);
    const others = this.live.some(
      ({ kind, settings }) => kind === source && settings.deviceId !== device.deviceId,
    );
    const busy = this.busy.has(device.deviceId) || (others && this.exclusive.has(device.deviceId));
    if (busy) throw new DOMException('fake failure', 'NotReadableError');
    return device;
  }

  #openSound(): FakeTrack {
    const sound = new FakeTrack(`sound-${this.tracks.length}`, 'audio');
    this.tracks.push(sound);
    return sound;
  }
}

/** As browsers tell that there is no device of that id. */
const overconstrained = { name: 'OverconstrainedError', constraint: 'deviceId' };

function fakeDevice(kind: DeviceKind, deviceId: string): DeviceInfo {
  return { kind, deviceId, label: `Fake ${deviceId}`, groupId: deviceId };
}
