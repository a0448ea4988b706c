import { TokenBucket } from '@rotunda/base';
import { TRTCError, type RequestParams } from '@rotunda/protocol';

/** SDKs report every two seconds; after a stall a few at once. */
const RATE = { perSecond: 1, burst: 5 };

/** What a client told of its path to the server. */
export interface QualityReport extends Omit<RequestParams<'quality'>, 'of' | 'streams'> {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The last report of a stay, and how many more it may send. */
export class QualityReports {
  readonly #rate: TokenBucket;
  #last: QualityReport | null = null;

  constructor(now: number) {
    this.#rate = new TokenBucket({ ...RATE, now });
  }

  get last(): QualityReport | null {
    return this.#last;
  }

  /** Throws a TRTCError when there are too many. */
  take(report: QualityReport): void {
    if (!this.#rate.take(1, report.at)) throw new TRTCError('ERR_REFUSED', 'too many reports');
    this.#last = report;
  }
}
