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
  getSettings(): { readonly width?: number; readonly height?: number; readonly deviceId?: string };
  addEventListener(type: 'ended', listener: () => void): void;
  removeEventListener(type: 'ended', listener: () => void): void;
}

export type DeviceKind = 'audioinput' | 'audiooutput' | 'videoinput';

/** One device as the platform lists it. Id and label are empty as long as the user has not allowed the page to capture. */
export interface DeviceInfo {
  readonly deviceId: string;
  readonly label: string;
  readonly kind: DeviceKind;
  /** The same for what is one piece of hardware; empty if that is not known. */
  readonly groupId: string;
}

/** The platform's cameras, microphones and screens. `open` rejects with the platform's DOMException. */
export interface DevicePlatform {
  /**
   * `onSound`: of a screen its sound is wanted too, if the platform has it and the user agrees. Called once, before `open` resolves;
   * not when it rejects.
   */
  open(
    source: Source,
    constraints: MediaTrackConstraints,
    onSound?: (track: LocalTrack | null) => void,
  ): Promise<LocalTrack>;
  readonly canCaptureScreen: boolean;
  list(): Promise<readonly DeviceInfo[]>;
  /** Tells that the list may have changed. @returns how to stop that */
  onChange(listener: () => void): () => void;
}
