import { CloudApiError } from '@rotunda/protocol/cloudapi';
import type { Page, Period } from '../../store/past-port.ts';

/** Checks a period of seconds. @returns it in milliseconds, its last second included. @throws CloudApiError */
export function readPeriod(
  { StartTime, EndTime }: { readonly StartTime: number; readonly EndTime: number },
  allowed: { readonly now: number; readonly agoMs: number; readonly longestMs?: number },
): Period {
  const from = StartTime * 1_000;
  const to = (EndTime + 1) * 1_000;
  if (EndTime < StartTime)
    throw new CloudApiError('InvalidParameter.EndTs', 'The parameter EndTime must not be before StartTime.');
  if (from < allowed.now - allowed.agoMs - 1_000)
    throw new CloudApiError(
      'InvalidParameter.StartTsOversize',
      `The parameter StartTime must not be longer ago than ${describe(allowed.agoMs)}.`,
    );
  if (allowed.longestMs !== undefined && to - from > allowed.longestMs + 1_000)
    throw new CloudApiError(
      'InvalidParameter.QueryScaleOversize',
      `EndTime must not be more than ${describe(allowed.longestMs)} after StartTime.`,
    );
  return { from, to };
}

/** Without one of the two the first page, of the usual size (docs/trtc.md 5.6). */
export function readPage(
  given: { readonly PageNumber: number | undefined; readonly PageSize: number | undefined },
  usualSize: number,
): Page {
  const { PageNumber, PageSize } = given;
  if (PageNumber === undefined || PageSize === undefined) return { offset: 0, limit: usualSize };
  return { offset: PageNumber * PageSize, limit: PageSize };
}

function describe(ms: number): string {
  const hours = ms / 3_600_000;
  return hours % 24 === 0 && hours > 24 ? `${hours / 24} days` : `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
}
