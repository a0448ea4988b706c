const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/** What stands before samples of 16 bit in a WAV file (Microsoft RIFF, PCM). `bytes`: of all samples. */
export function wavHeader(of: {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bytes: number;
}): ArrayBuffer {
  const { sampleRate, channels, bytes } = of;
  const frameBytes = channels * BYTES_PER_SAMPLE;
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const text = (at: number, word: string): void => {
    for (let index = 0; index < word.length; index++) header.setUint8(at + index, word.charCodeAt(index));
  };
  text(0, 'RIFF');
  header.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, channels, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, sampleRate * frameBytes, true);
  header.setUint16(32, frameBytes, true);
  header.setUint16(34, BYTES_PER_SAMPLE * 8, true);
  text(36, 'data');
  header.setUint32(40, bytes, true);
  return header.buffer;
}
