import { TRTC_ERRORS } from '@rotunda/protocol';
import type { VideoCodec } from '../../media/engine.ts';
import { VERSION } from '../../version.ts';
import { CloudRecording } from './recording.ts';

const CODECS: readonly VideoCodec[] = ['vp8', 'h264', 'vp9'];

/** Version, log, experimental calls. */
export class CloudTools extends CloudRecording {
  getSDKVersion(): string {
    return VERSION;
  }

  /** JSON with `api` and `params`. Known: `setVideoCodec` with `{codec: 'vp8' | 'h264' | 'vp9'}`. */
  callExperimentalAPI(json: string): void {
    const codec = parseCodecCall(json);
    if (codec) {
      this.core.local.settings.codec = codec;
      this.core.local.applySettings('video');
      return;
    }
    const { code } = TRTC_ERRORS.ERR_INVALID_PARAMETER;
    this.later(() => this.fire('onError', code, 'callExperimentalAPI knows no such call'));
  }
}

function parseCodecCall(json: string): VideoCodec | null {
  try {
    const call = JSON.parse(json) as { api?: unknown; params?: { codec?: unknown } } | null;
    if (call?.api !== 'setVideoCodec') return null;
    return CODECS.find((codec) => codec === call.params?.codec) ?? null;
  } catch {
    return null;
  }
}
