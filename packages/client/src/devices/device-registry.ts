import { TypedEmitter } from '@rotunda/base';
import {
  compareLists,
  defaultOf,
  devicesOf,
  findDevice,
  isHidden,
  type DeviceChange,
} from './device-list.ts';
import type { DeviceInfo, DeviceKind, DevicePlatform } from './platform.ts';

/**
 * The platform's devices as they were listed last, so that they can be asked for without waiting. Empty until the platform
 * has answered for the first time; kept up to date when devices come and go, and by {@link refresh}.
 */
export class DeviceRegistry {
  readonly events = new TypedEmitter<{ changed: [change: DeviceChange] }>();
  readonly #platform: DevicePlatform;
  readonly #unlisten: () => void;
  #list: readonly DeviceInfo[] | null = null;
  /** Goes up with each question, so that an answer that comes late does not replace a later one. */
  #round = 0;
  #closed = false;

  constructor(platform: DevicePlatform) {
    this.#platform = platform;
    this.#unlisten = platform.onChange(() => void this.refresh());
    void this.refresh();
  }

  list(kind: DeviceKind): readonly DeviceInfo[] {
    return devicesOf(this.#list ?? [], kind);
  }

  default(kind: DeviceKind): DeviceInfo | null {
    return defaultOf(this.#list ?? [], kind);
  }

  find(kind: DeviceKind, deviceId: string): DeviceInfo | null {
    return findDevice(this.#list ?? [], kind, deviceId);
  }

  /** Whether it is sure that there is no such device: what the platform does not name may be there. */
  lacks(kind: DeviceKind, deviceId: string): boolean {
    return this.#list !== null && !isHidden(this.#list, kind) && this.find(kind, deviceId) === null;
  }

  /** Asks the platform anew; what differs is told. Never rejects. */
  async refresh(): Promise<void> {
    const round = ++this.#round;
    // A platform that cannot list its devices has none to tell of.
    const list = await this.#platform.list().catch(() => null);
    if (!list || round !== this.#round || this.#closed) return;
    const before = this.#list;
    this.#list = list;
    for (const change of before ? compareLists(before, list) : []) this.events.emit('changed', change);
  }

  /** Final. */
  close(): void {
    this.#closed = true;
    this.#unlisten();
    this.events.removeAllListeners();
  }
}
