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

/** The lines of one user: takes its samples in the order of time. */
export class CallData {
  readonly #userId: string;
  readonly #wanted: ReadonlySet<CallDataType>;
  readonly #lines = new Map<string, QualityData>();

  constructor(userId: string, wanted: ReadonlySet<CallDataType>) {
    this.#userId = userId;
    this.#wanted = wanted;
  }

  add({ at, rtt, streams }: Pick<QualitySample, 'at' | 'rtt' | 'streams'>): void {
    const Time = Math.floor(at / 1_000);
    if (this.#wanted.has('rtt')) this.#lineOf('rtt', '').push({ Time, Value: rtt });
    for (const { type, source, of, read } of READERS) {
      if (!this.#wanted.has(type)) continue;
      for (const stream of streams) {
        const side = stream.userId === '' ? 'sent' : 'received';
        if (stream.source === source && (of === 'both' || of === side))
          this.#lineOf(type, stream.userId).push({ Time, Value: read(stream) });
      }
    }
  }

  lines(): readonly QualityData[] {
    return [...this.#lines.values()];
  }

  #lineOf(DataType: CallDataType, PeerId: string): QualityData['Content'] {
    const name = `${DataType} ${PeerId}`;
    const line = this.#lines.get(name) ?? { Content: [], UserId: this.#userId, PeerId, DataType };
    this.#lines.set(name, line);
    return line.Content;
  }
}
