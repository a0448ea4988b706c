import type { Source } from '@rotunda/protocol';
import type { DeviceInfo, DevicePlatform, LocalTrack } from '../devices/platform.ts';
import type { Gates } from './gates.ts';

/** A captured track without a camera. */
export class FakeTrack extends EventTarget implements LocalTrack {
  readonly id: string;
  readonly kind: string;
  readyState: 'live' | 'ended' = 'live';
  enabled = true;
  /** The size that the platform chose, if it is known. */
  settings: { width?: number; height?: number } = {};
  /** Every change that was asked for. */
  readonly applied: MediaTrackConstraints[] = [];

  constructor(id: string, kind: string) {
    super();
    this.id = id;
    this.kind = kind;
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

  getSettings(): { width?: number; height?: number } {
    return this.settings;
  }
}

/** Devices that open at the pace of the gates, and remember every track they gave away. */
export class FakeDevices implements DevicePlatform {
  readonly tracks: FakeTrack[] = [];
  /** How often a capture was asked for. */
  requests = 0;
  /** DOMException name to fail with. */
  failWith: string | null = null;
  readonly #gates: Gates;

  constructor(gates: Gates) {
    this.#gates = gates;
  }

  get live(): readonly FakeTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live');
  }

  async open(source: Source): Promise<LocalTrack> {
    this.requests++;
    await this.#gates.pass(`open ${source}`);
    if (this.failWith) throw new DOMException('fake failure', this.failWith);
    const track = new FakeTrack(`${source}-${this.tracks.length}`, source === 'audio' ? 'audio' : 'video');
    this.tracks.push(track);
    return track;
  }

  list(): Promise<readonly DeviceInfo[]> {
    return Promise.resolve([{ deviceId: 'fake', label: 'Fake camera', kind: 'videoinput' }]);
  }
}
