import { SOURCES, type Source } from '@rotunda/protocol';
import type { RoomEvent, Stream } from './model.ts';

export type StreamEvent = Extract<
  RoomEvent,
  { type: 'streamStarted' | 'streamStopped' | 'streamMuted' | 'streamBlocked' }
>;

const STREAM_EVENTS: ReadonlySet<RoomEvent['type']> = new Set<StreamEvent['type']>([
  'streamStarted',
  'streamStopped',
  'streamMuted',
  'streamBlocked',
]);

export function isStreamEvent(event: RoomEvent): event is StreamEvent {
  return STREAM_EVENTS.has(event.type);
}

/** Whoever publishes, with that change. */
export function withStream<T extends { readonly streams: ReadonlyMap<Source, Stream> }>(
  publisher: T,
  { type, stream }: StreamEvent,
): T {
  const streams = new Map(publisher.streams);
  if (type === 'streamStopped') streams.delete(stream.source);
  else streams.set(stream.source, stream);
  return { ...publisher, streams };
}

/** Of whoever leaves: in the order in which the others are told. */
export function streamsStopped(
  publisher: { userId: string; sessionId: string; streams: ReadonlyMap<Source, Stream> },
  at: number,
): RoomEvent[] {
  const { userId, sessionId, streams } = publisher;
  return SOURCES.flatMap((source): RoomEvent[] => {
    const stream = streams.get(source);
    return stream ? [{ type: 'streamStopped', userId, sessionId, stream, at }] : [];
  });
}
