import type { Source } from '@rotunda/protocol';
import type { DeviceInfo, DevicePlatform, LocalTrack } from './platform.ts';

/** Cameras, microphones and screens of a browser (W3C mediacapture-streams and screen-capture). */
export const browserDevices: DevicePlatform = {
  async open(source, constraints) {
    const stream = await capture(source, constraints);
    const [track, ...others] = source === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks();
    for (const other of others) other.stop();
    if (!track) throw new DOMException('the platform delivered no track', 'NotFoundError');
    return track satisfies LocalTrack;
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

function capture(source: Source, constraints: MediaTrackConstraints): Promise<MediaStream> {
  const devices = mediaDevices();
  if (source === 'audio') return devices.getUserMedia({ audio: constraints });
  if (source === 'video') return devices.getUserMedia({ video: constraints });
  if ('getDisplayMedia' in devices) return devices.getDisplayMedia({ video: constraints });
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
