import type { DeviceInfo, DevicePlatform } from '../devices/platform.ts';
import { toDeviceError } from '../devices/device-errors.ts';
import type { SupportDetail } from './types.ts';

type Kind = DeviceInfo['kind'];

/** Devices of one kind. Their labels need a permission: with `requestPermission` it is asked for when they are missing. */
export async function listDevices(
  devices: DevicePlatform,
  kind: Kind,
  { requestPermission }: { requestPermission: boolean },
): Promise<readonly DeviceInfo[]> {
  const source = kind === 'videoinput' ? 'video' : 'audio';
  try {
    const found = (await devices.list()).filter((device) => device.kind === kind);
    if (!requestPermission || found.every(({ label }) => label !== '')) return found;
    const track = await devices.open(source, {});
    // Labels are only given while the permission or a capture lasts.
    try {
      return (await devices.list()).filter((device) => device.kind === kind);
    } finally {
      track.stop();
    }
  } catch (error) {
    throw toDeviceError(source, error);
  }
}

interface CodecTeller {
  getCapabilities?(kind: string): RTCRtpCapabilities | null;
}

interface Globals {
  readonly window?: unknown;
  readonly navigator?: { readonly mediaDevices?: Partial<MediaDevices> };
  readonly RTCPeerConnection?: unknown;
  readonly RTCRtpSender?: CodecTeller;
  readonly RTCRtpReceiver?: CodecTeller;
  readonly VideoEncoder?: unknown;
}

/** What this browser can do; `result` when it can enter a room, send and receive. */
export function detectSupport(platform: Globals = globalThis): {
  result: boolean;
  detail: SupportDetail;
} {
  const { mediaDevices } = platform.navigator ?? {};
  const webRtc = Boolean(platform.RTCPeerConnection);
  const encodes = codecsOf(platform.RTCRtpSender);
  const decodes = codecsOf(platform.RTCRtpReceiver);
  const detail = {
    isBrowserSupported: webRtc && Boolean(platform.window),
    isWebRTCSupported: webRtc,
    isWebCodecsSupported: Boolean(platform.VideoEncoder),
    isMediaDevicesSupported: Boolean(mediaDevices?.getUserMedia),
    isScreenShareSupported: Boolean(mediaDevices?.getDisplayMedia),
    isSmallStreamSupported: webRtc,
    isH264EncodeSupported: encodes.has('video/h264'),
    isVp8EncodeSupported: encodes.has('video/vp8'),
    isH264DecodeSupported: decodes.has('video/h264'),
    isVp8DecodeSupported: decodes.has('video/vp8'),
  };
  const sends = detail.isH264EncodeSupported || detail.isVp8EncodeSupported;
  const receives = detail.isH264DecodeSupported || detail.isVp8DecodeSupported;
  const { isBrowserSupported, isMediaDevicesSupported } = detail;
  return { result: isBrowserSupported && isMediaDevicesSupported && sends && receives, detail };
}

function codecsOf(end: CodecTeller | undefined): ReadonlySet<string> {
  const codecs = end?.getCapabilities?.('video')?.codecs ?? [];
  return new Set(codecs.map(({ mimeType }) => mimeType.toLowerCase()));
}
