import { TRTCError } from '@rotunda/protocol';
import type { PcmFrame } from '../audio/pcm.ts';
import { TRTCAudioFrameFormat, type TRTCAudioFrame } from './raw-frames.ts';

const SAMPLE_RATES = [16_000, 24_000, 32_000, 44_100, 48_000];
const BYTES_PER_SAMPLE = 2;
/** Milliseconds. */
const [SHORTEST, LONGEST] = [5, 100];

/** Throws a TRTCError for what is no sound of these kinds. */
export function parseAudioFrame(frame: Partial<TRTCAudioFrame>): PcmFrame {
  const { audioFormat, data, length, sampleRate = 48_000, channel = 1 } = frame;
  if (audioFormat && audioFormat !== TRTCAudioFrameFormat.TRTCAudioFrameFormatPCM) malformed('sound is PCM');
  if (!SAMPLE_RATES.includes(sampleRate)) malformed(`sampleRate is one of ${SAMPLE_RATES.join(', ')}`);
  if (channel !== 1 && channel !== 2) malformed('channel is 1 or 2');
  const bytes = bytesOf(data, length);
  // 5 ms of 44100 Hz are no whole number of samples.
  const ms = Math.round((bytes.byteLength / BYTES_PER_SAMPLE / channel / sampleRate) * 1000);
  if (bytes.byteLength % (BYTES_PER_SAMPLE * channel) !== 0 || ms < SHORTEST || ms > LONGEST)
    malformed(`data is ${SHORTEST} to ${LONGEST} ms of 16 bit samples`);
  return { samples: new Int16Array(bytes), channels: channel, sampleRate };
}

/** A copy: views may begin anywhere. `length` of 0 is all of it. */
function bytesOf(data: unknown, length: number | undefined): ArrayBuffer {
  const view =
    data instanceof ArrayBuffer
      ? new Uint8Array(data)
      : ArrayBuffer.isView(data) && new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (!view) return malformed('data is an ArrayBuffer or a view of one');
  const wanted = length || view.byteLength;
  if (!(wanted > 0 && wanted <= view.byteLength))
    return malformed('length is not more than the bytes of data');
  return view.slice(0, wanted).buffer;
}

function malformed(what: string): never {
  throw new TRTCError('ERR_INVALID_PARAMETER', `the frame is malformed: ${what}`);
}
