import { CALL_DATA_TYPES, type CallDataType } from '@rotunda/protocol/cloudapi';
import type { QualitySample, StreamQuality } from '../../store/quality-port.ts';

/** One line of DescribeCallDetailInfo: a value over time, of what a user sent, or received from a peer. */
export interface QualityData {
  readonly Content: { readonly Time: number; readonly Value: number }[];
  readonly UserId: string;
  /** Empty for what the user sent. */
  readonly PeerId: string;
  readonly DataType: CallDataType;
}

type Reader = (stream: StreamQuality) => number;
const bitsPerSecond: Reader = ({ kbps }) => kbps * 1_000;

/** What is read from which streams. CPU use is not among what a browser knows. */
const READERS: readonly {
  readonly type: CallDataType;
  readonly source: 'audio' | 'video';
  readonly of: 'sent' | 'received' | 'both';
  readonly read: Reader;
}[] = [
  { type: 'aBit', source: 'audio', of: 'both', read: bitsPerSecond },
  { type: 'aBlock', source: 'audio', of: 'received', read: ({ blocked }) => blocked },
  { type: 'aLoss', source: 'audio', of: 'both', read: ({ loss }) => loss },
  { type: 'aCapEnergy', source: 'audio', of: 'sent', read: ({ volume }) => volume },
  { type: 'aPlayEnergy', source: 'audio', of: 'received', read: ({ volume }) => volume },
  { type: 'bigvBit', source: 'video', of: 'both', read: bitsPerSecond },
  { type: 'bigvCapFps', source: 'video', of: 'sent', read: ({ inputFps }) => inputFps },
  { type: 'bigvEncFps', source: 'video', of: 'sent', read: ({ fps }) => fps },
  { type: 'bigvRecFps', source: 'video', of: 'received', read: ({ inputFps }) => inputFps },
  { type: 'bigvDecFps', source: 'video', of: 'received', read: ({ fps }) => fps },
  { type: 'bigvBlock', source: 'video', of: 'received', read: ({ blocked }) => blocked },
  { type: 'bigvLoss', source: 'video', of: 'both', read: ({ loss }) => loss },
  { type: 'bigvWidth', source: 'video', of: 'both', read: ({ width }) => width },
  { type: 'bigvHeight', source: 'video', of: 'both', read: ({ height }) => height },
];

/** The types that a request wants, `all` among them. */
export function wantedTypes(given: readonly (CallDataType | 'all')[]): ReadonlySet<CallDataType> {
  return new Set(given.flatMap((type) => (type === 'all' ? CALL_DATA_TYPES : [type])));
}

/** The lines of one user, from its samples in the order of time. */
export function callData(
  userId: string,
  samples: readonly QualitySample[],
  wanted: ReadonlySet<CallDataType>,
): readonly QualityData[] {
  const lines = new Map<string, QualityData>();
  const add = (type: CallDataType, peerId: string, point: { Time: number; Value: number }): void => {
    const name = `${type} ${peerId}`;
    const line = lines.get(name) ?? { Content: [], UserId: userId, PeerId: peerId, DataType: type };
    line.Content.push(point);
    lines.set(name, line);
  };
  for (const { at, rtt, streams } of samples) {
    const Time = Math.floor(at / 1_000);
    if (wanted.has('rtt')) add('rtt', '', { Time, Value: rtt });
    for (const { type, source, of, read } of READERS) {
      if (!wanted.has(type)) continue;
      for (const stream of streams) {
        const side = stream.userId === '' ? 'sent' : 'received';
        if (stream.source === source && (of === 'both' || of === side))
          add(type, stream.userId, { Time, Value: read(stream) });
      }
    }
  }
  return [...lines.values()];
}
