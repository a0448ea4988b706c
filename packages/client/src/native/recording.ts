import type { AudioRecordingProblem, SoundContent } from '../recording/audio-recorder.ts';
import type { FilePlan } from '../recording/file-recording.ts';
import type {
  LocalRecordingProblem,
  LocalRecordingRequest,
  LocalRecordingStartProblem,
} from '../recording/local-recorder.ts';
import { lookUp } from './checks.ts';
import { TRTCAudioRecordingContent, TRTCRecordType } from './enums.ts';
import { complete } from './music.ts';

const NO_LIMIT = 0;
/** Milliseconds. */
const LEAST_PER_FILE = 10_000;
const INTERVAL = { never: -1, least: 1_000, most: 10_000 } as const;

/** What `startLocalRecording` needs (docs/trtc.md 2.11). */
export interface TRTCLocalRecordingOptions {
  /** Its last part is what the file is called; `.mp4`, or `.webm`, as far as the browser writes it. */
  filePath: string;
  /** Without one, both. */
  recordType?: TRTCRecordType;
  /** How often `onLocalRecording` comes: 1000 to 10000 milliseconds, or -1, the default, for never. */
  interval?: number;
  /** After how many milliseconds the next file begins, at least 10000; 0, the default: never. */
  maxDurationPerFile?: number;
}

/** What `startAudioRecording` needs (docs/trtc.md 2.6). */
export class TRTCAudioRecordingParams {
  /** Its last part is what the file is called, and tells the format: `.wav`, `.pcm`, or what the browser writes. */
  filePath: string | null;
  /** The user's own sound, that of the others, or all of it. */
  recordingContent: TRTCAudioRecordingContent;
  /** After how many milliseconds the next file begins, at least 10000; 0: never. */
  maxDurationPerFile: number;

  constructor(
    filePath: string | null = null,
    recordingContent: TRTCAudioRecordingContent = TRTCAudioRecordingContent.TRTCAudioRecordingContentAll,
    maxDurationPerFile = NO_LIMIT,
  ) {
    this.filePath = filePath;
    this.recordingContent = recordingContent;
    this.maxDurationPerFile = maxDurationPerFile;
  }
}

/** Null for what makes no sense. An interval out of range counts as the nearest one in it. */
export function parseLocalRecording(
  options: Partial<TRTCLocalRecordingOptions>,
): LocalRecordingRequest | null {
  const defaults: Required<TRTCLocalRecordingOptions> = {
    filePath: '',
    recordType: TRTCRecordType.TRTCRecordTypeBoth,
    interval: INTERVAL.never,
    maxDurationPerFile: NO_LIMIT,
  };
  const { filePath, recordType, interval, maxDurationPerFile } = complete<typeof defaults>(defaults, options);
  const plan = parsePlan(filePath, maxDurationPerFile);
  const what = lookUp(RECORDED, recordType);
  if (!plan || !what || !Number.isFinite(interval)) return null;
  const inRange = Math.min(INTERVAL.most, Math.max(INTERVAL.least, interval));
  return { ...plan, what, intervalMs: interval === INTERVAL.never ? null : inRange };
}

/** Null for what makes no sense. A text is a path, as in older versions. */
export function parseAudioRecording(params: unknown): (FilePlan & { readonly content: SoundContent }) | null {
  const given = typeof params === 'string' ? { filePath: params } : { ...(params as object | null) };
  const { filePath, recordingContent, maxDurationPerFile } = complete(new TRTCAudioRecordingParams(), given);
  const plan = parsePlan(filePath, maxDurationPerFile);
  const content = lookUp(CONTENT, recordingContent);
  return plan && content ? { ...plan, content } : null;
}

function parsePlan(path: unknown, maxDurationMs: unknown): FilePlan | null {
  if (typeof path !== 'string' || path === '' || typeof maxDurationMs !== 'number') return null;
  const makesSense = maxDurationMs === NO_LIMIT || maxDurationMs >= LEAST_PER_FILE;
  return makesSense ? { path, maxDurationMs } : null;
}

export function toAudioRecordingCode(problem: AudioRecordingProblem | null): number {
  return problem ? AUDIO_CODES[problem] : 0;
}

export function toBeginCode(problem: LocalRecordingStartProblem | null): number {
  return problem ? BEGIN_CODES[problem] : 0;
}

export function toCompleteCode(problem: LocalRecordingProblem | null): number {
  return problem ? COMPLETE_CODES[problem] : 0;
}

const RECORDED: Readonly<Record<number, LocalRecordingRequest['what']>> = {
  [TRTCRecordType.TRTCRecordTypeAudio]: 'sound',
  [TRTCRecordType.TRTCRecordTypeVideo]: 'picture',
  [TRTCRecordType.TRTCRecordTypeBoth]: 'both',
};

const CONTENT: Readonly<Record<number, SoundContent>> = {
  [TRTCAudioRecordingContent.TRTCAudioRecordingContentAll]: 'all',
  [TRTCAudioRecordingContent.TRTCAudioRecordingContentLocal]: 'own',
  [TRTCAudioRecordingContent.TRTCAudioRecordingContentRemote]: 'others',
};

const AUDIO_CODES: Record<AudioRecordingProblem, number> = { already: -1, failed: -2, format: -3 };
/** What `startAudioRecording` returns for params that make no sense. */
export const BAD_PARAMS = -4;

const BEGIN_CODES: Record<LocalRecordingStartProblem, number> = { failed: -1, format: -2, already: -6 };
const COMPLETE_CODES: Record<LocalRecordingProblem, number> = { failed: -1, empty: -3 };
