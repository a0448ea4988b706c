import type { Surroundings } from '@rotunda/protocol';

/** What the client of a stay says of where it runs. No fact of the room: nobody in it is told. */
export type Observation =
  | { readonly kind: 'page'; readonly detail: 'hidden' | 'shown' }
  | { readonly kind: 'network'; readonly detail: NonNullable<Surroundings['network']> }
  /** It may not use that device. */
  | { readonly kind: 'denied'; readonly detail: Surroundings['denied'][number] };

/** Whose client said it, and when. */
export interface Observed {
  readonly stay: { readonly incarnation: string; readonly sessionId: string; readonly userId: string };
  readonly observation: Observation;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
