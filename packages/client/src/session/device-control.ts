import { TypedEmitter } from '@rotunda/base';
import { TRTCError, type Source, type TRTCErrorName } from '@rotunda/protocol';
import type { SharedGraph } from '../audio/shared-graph.ts';
import { DeviceLevel } from '../devices/device-level.ts';
import type { DeviceChange } from '../devices/device-list.ts';
import { DeviceRegistry } from '../devices/device-registry.ts';
import type { DeviceInfo, DeviceKind, DevicePlatform } from '../devices/platform.ts';
import type { Playback } from '../media/playback.ts';
import type { DeviceSource } from './device-switch.ts';
import type { LocalMedia } from './local-media.ts';

export interface DeviceControlEvents {
  /** `active`: the device is in use from now on. */
  changed: [deviceId: string, kind: DeviceKind, state: DeviceChange['what'] | 'active'];
  /** A device was set to another level, or muted or no longer. Never comes out of the very call. */
  levelChanged: [kind: 'audioinput' | 'audiooutput', volume: number, muted: boolean];
  failed: [error: TRTCError];
  /** The platform cannot do what was asked for. */
  unsupported: [message: string];
}

const SOURCES: Record<DeviceSource, DeviceKind> = { video: 'videoinput', audio: 'audioinput' };
const NO_SUCH_DEVICE: Record<DeviceKind, TRTCErrorName> = {
  videoinput: 'ERR_CAMERA_START_FAIL',
  audioinput: 'ERR_MIC_START_FAIL',
  audiooutput: 'ERR_SPEAKER_START_FAIL',
};

/** Which camera, microphone and speaker are used: the application's choice, and what follows when devices come and go. */
export class DeviceControl {
  readonly events = new TypedEmitter<DeviceControlEvents>();
  readonly microphoneLevel: DeviceLevel;
  readonly speakerLevel: DeviceLevel;
  readonly #platform: DevicePlatform;
  readonly #registry: DeviceRegistry;
  readonly #local: LocalMedia;
  readonly #playback: Playback;
  /** Empty while the system's default one is used. */
  #speaker = '';
  /** The application's word; without it, the default device is followed until one is chosen. */
  readonly #follows = new Map<DeviceKind, boolean>();
  #state: 'open' | 'closed' = 'open';

  constructor(tools: { devices: DevicePlatform; local: LocalMedia; playback: Playback }) {
    this.#platform = tools.devices;
    this.#registry = new DeviceRegistry(tools.devices);
    this.#local = tools.local;
    this.#playback = tools.playback;
    this.microphoneLevel = this.#levelOf('audioinput', (gain) => tools.local.mix.voice.setDeviceGain(gain));
    this.speakerLevel = this.#levelOf('audiooutput', (gain) => {
      tools.playback.setSpeakerGain(gain);
      for (const graph of this.#graphs()) graph.setPlayoutGain(gain);
    });
    this.#registry.events.on('changed', (change) => this.#onChange(change));
    const used = (source: Source): void => {
      if (source !== 'sub') void this.#inUse(SOURCES[source]);
    };
    this.#local.events.on('ready', used).on('switched', used);
    this.#local.tests.events.on('ready', used);
  }

  get canCaptureScreen(): boolean {
    return this.#platform.canCaptureScreen;
  }

  list(kind: DeviceKind): readonly DeviceInfo[] {
    return this.#registry.list(kind);
  }

  /** What is in use, or would be next; null if there is none. */
  current(kind: DeviceKind): DeviceInfo | null {
    const deviceId = this.#opened(kind) ?? this.#chosen(kind);
    return (deviceId && this.#registry.find(kind, deviceId)) || this.#registry.default(kind);
  }

  /** Uses the device from now on; the empty id is the system's default one. What comes of it is told by events. */
  select(kind: DeviceKind, deviceId: string): void {
    if (this.#state === 'closed') return;
    if (deviceId && this.#registry.lacks(kind, deviceId)) {
      const error = new TRTCError(NO_SUCH_DEVICE[kind], 'there is no such device');
      queueMicrotask(() => this.events.emit('failed', error));
    } else if (kind === 'audiooutput') {
      void this.#selectSpeaker(deviceId);
    } else {
      void this.#selectInput(kind === 'videoinput' ? 'video' : 'audio', deviceId);
    }
  }

  /** Whether to go over to another microphone or speaker whenever the system's default one is another. */
  follow(kind: 'audioinput' | 'audiooutput', follows: boolean): void {
    this.#follows.set(kind, follows);
  }

  /** Final. */
  close(): void {
    this.#state = 'closed';
    this.events.removeAllListeners();
    this.#registry.close();
  }

  #levelOf(kind: 'audioinput' | 'audiooutput', apply: (gain: number) => void): DeviceLevel {
    return new DeviceLevel(apply, (volume, muted) =>
      queueMicrotask(() => this.events.emit('levelChanged', kind, volume, muted)),
    );
  }

  #opened(kind: DeviceKind): string | undefined {
    if (kind === 'audiooutput') return undefined;
    const source = kind === 'videoinput' ? 'video' : 'audio';
    return (this.#local.track(source) ?? this.#local.tests.track(source))?.getSettings().deviceId;
  }

  #chosen(kind: DeviceKind): string | undefined {
    if (kind === 'audiooutput') return this.#speaker;
    return this.#local.settings.devices[kind === 'videoinput' ? 'video' : 'audio'];
  }

  #onChange({ kind, deviceId, what }: DeviceChange): void {
    this.events.emit('changed', deviceId, kind, what);
    if (what === 'removed' && this.#chosen(kind) === deviceId) this.#forget(kind);
    if (what === 'default' && (this.#follows.get(kind) ?? !this.#chosen(kind)))
      this.#followDefault(kind, deviceId);
  }

  /** The chosen device was unplugged; if it was capturing, its track has ended too, and that is seen to elsewhere. */
  #forget(kind: DeviceKind): void {
    if (kind === 'audiooutput') void this.#selectSpeaker('');
    else this.#local.settings.choose(kind === 'videoinput' ? 'video' : 'audio', undefined);
  }

  #followDefault(kind: DeviceKind, deviceId: string): void {
    const opened = this.#opened(kind);
    if (kind === 'audiooutput') void this.#selectSpeaker('');
    else if (opened !== undefined && opened !== deviceId) void this.#selectInput('audio', '');
    else this.#local.settings.choose('audio', undefined);
  }

  async #selectInput(source: DeviceSource, deviceId: string): Promise<void> {
    const used = await this.#local.select(source, deviceId || undefined);
    // One failure is told once.
    const outcome = used?.kind === 'failed' ? used : await this.#local.tests.follow(source);
    if (outcome?.kind === 'failed') this.events.emit('failed', outcome.error);
  }

  async #selectSpeaker(deviceId: string): Promise<void> {
    try {
      await this.#playback.setSpeaker(deviceId);
      this.#speaker = deviceId;
      for (const graph of this.#graphs()) graph.setSpeaker(deviceId);
      await this.#inUse('audiooutput');
    } catch (error) {
      const unsupported = error instanceof Error && error.name === 'NotSupportedError';
      if (unsupported && deviceId) this.events.emit('unsupported', error.message);
      else if (!unsupported) this.events.emit('failed', new TRTCError('ERR_SPEAKER_START_FAIL'));
    }
  }

  /** What is heard here beside the others. */
  #graphs(): readonly SharedGraph[] {
    return [this.#local.mix.graph, this.#local.tests.graph];
  }

  /** Lists the devices anew first: with a permission come their ids and names. */
  async #inUse(kind: DeviceKind): Promise<void> {
    await this.#registry.refresh();
    // Closed again meanwhile.
    if (kind !== 'audiooutput' && this.#opened(kind) === undefined) return;
    const device = this.current(kind);
    if (device) this.events.emit('changed', device.deviceId, kind, 'active');
  }
}
