import type { Source } from '@rotunda/protocol';
import type { DeviceInfo, DevicePlatform, LocalTrack } from './platform.ts';

/** Cameras, microphones and screens of a browser (W3C mediacapture-streams and screen-capture). */
export const browserDevices: DevicePlatform = {
  async open(source, constraints, onSound) {
    const stream = await capture(source, constraints, { withSound: onSound !== undefined });
    const [track] = source === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks();
    const sound = onSound && track ? stream.getAudioTracks()[0] : undefined;
    for (const other of stream.getTracks()) if (other !== track && other !== sound) other.stop();
    if (!track) throw new DOMException('the platform delivered no track', 'NotFoundError');
    onSound?.(sound ?? null);
    return track satisfies LocalTrack;
  },

  get canCaptureScreen() {
    return typeof foundDevices()?.getDisplayMedia === 'function';
  },

  async list() {
    const devices = await mediaDevices().enumerateDevices();
    return devices.map(({ deviceId, label, kind, groupId }): DeviceInfo => ({
      deviceId,
      label,
      kind,
      groupId,
    }));
  },

  onChange(listener) {
    const devices = foundDevices();
    devices?.addEventListener('devicechange', listener);
    return () => devices?.removeEventListener('devicechange', listener);
  },
};

/** What a computer plays is not to be treated like a voice, and what this page plays is not to come back to the others. */
const SYSTEM_SOUND = {
  audio: {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    restrictOwnAudio: true,
  } satisfies MediaTrackConstraints & { restrictOwnAudio: boolean },
  systemAudio: 'include',
};

function capture(
  source: Source,
  constraints: MediaTrackConstraints,
  { withSound }: { withSound: boolean },
): Promise<MediaStream> {
  const devices = mediaDevices();
  if (source === 'audio') return devices.getUserMedia({ audio: constraints });
  if (source === 'video') return devices.getUserMedia({ video: constraints });
  if ('getDisplayMedia' in devices) {
    return devices.getDisplayMedia({ video: constraints, ...(withSound ? SYSTEM_SOUND : {}) });
  }
  throw new DOMException('this browser cannot capture the screen', 'NotSupportedError');
}

/** Absent on pages that are not a secure context: plain http on anything but localhost. */
function foundDevices(): MediaDevices | undefined {
  return globalThis.navigator?.mediaDevices;
}

function mediaDevices(): MediaDevices {
  const devices = foundDevices();
  if (!devices) throw new DOMException('open the page over https or on localhost', 'NotSupportedError');
  return devices;
}
