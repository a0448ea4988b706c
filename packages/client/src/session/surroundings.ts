import type { Surroundings } from '@rotunda/protocol';
import type { Page } from './page.ts';
import type { PublishedMedia } from './publisher.ts';

/** Where the client runs, as of now: for backends that ask later what a user went through (docs/trtc.md 5.6). */
export function surroundingsOf({
  page,
  local,
}: {
  readonly page: Pick<Page, 'hidden' | 'network'>;
  readonly local: Pick<PublishedMedia, 'denied'>;
}): Surroundings {
  const network = page.network();
  return { hidden: page.hidden(), denied: [...local.denied], ...(network ? { network } : {}) };
}
