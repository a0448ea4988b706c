import type { Source } from '@rotunda/protocol';

/** A captured track: the part of MediaStreamTrack (W3C mediacapture-streams) that the core needs. */
export interface LocalTrack {
  readonly id: string;
  readonly kind: string;
  readonly readyState: 'live' | 'ended';
  enabled: boolean;
  stop(): void;
  applyConstraints(constraints: MediaTrackConstraints): Promise<void>;
  /** What the platform delivers; of a picture its size in pixels. */
  getSettings(): { readonly width?: number; readonly height?: number };
  addEventListener(type: 'ended', listener: () => void): void;
  removeEventListener(type: 'ended', listener: () => void): void;
}

/** One device as the platform lists it; the label is empty before permission was given. */
export interface DeviceInfo {
  readonly deviceId: string;
  readonly label: string;
  readonly kind: 'audioinput' | 'audiooutput' | 'videoinput';
}

/** The platform's cameras, microphones and screens. `open` rejects with the platform's DOMException. */
export interface DevicePlatform {
  open(source: Source, constraints: MediaTrackConstraints): Promise<LocalTrack>;
  list(): Promise<readonly DeviceInfo[]>;
}
