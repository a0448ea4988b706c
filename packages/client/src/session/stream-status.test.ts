import { describe, expect, it } from 'vitest';
import { StreamStatus } from './stream-status.ts';

const arrival = (consumerId: string, count: number) =>
  ({ consumerId, userId: 'bob', source: 'video', count }) as const;

/** A stream that plays since 1000. */
function playing(): StreamStatus {
  const status = new StreamStatus();
  status.offer(true, 0);
  status.ask(true, 0);
  status.counted(arrival('a', 10), 1_000);
  return status;
}

describe('a stream', () => {
  it('plays by the doing of whoever came last', () => {
    const asked = new StreamStatus();
    expect([asked.offer(true, 0), asked.ask(true, 0)]).toEqual([null, null]);
    expect(asked.arrived(1)).toEqual({ status: 'playing', reason: 'localStarted' });
    const offered = new StreamStatus();
    expect([offered.ask(true, 0), offered.offer(true, 0)]).toEqual([null, null]);
    expect(offered.arrived(1)).toEqual({ status: 'playing', reason: 'remoteStarted' });
    expect(offered.arrived(2)).toBeNull();
  });

  it('is stopped by the doing of whoever came first', () => {
    const left = playing();
    expect(left.ask(false, 1_100)).toEqual({ status: 'stopped', reason: 'localStopped' });
    expect(left.offer(false, 1_200)).toBeNull();
    const ended = playing();
    expect(ended.offer(false, 1_100)).toEqual({ status: 'stopped', reason: 'remoteStopped' });
    expect(ended.ask(false, 1_200)).toBeNull();
    expect(ended.arrived(1_300), 'too late').toBeNull();
  });

  it('is not told to stop if nothing was told before', () => {
    const status = new StreamStatus();
    status.ask(true, 0);
    status.offer(true, 0);
    expect(status.offer(false, 100)).toBeNull();
    expect(status.counted(null, 9_000), 'nothing is missing').toBeNull();
  });

  it('loads when nothing has come for two looks, once, and plays when something comes', () => {
    const status = playing();
    expect(status.counted(arrival('a', 10), 2_020)).toBeNull();
    expect(status.counted(arrival('a', 10), 2_990)).toEqual({ status: 'loading', reason: 'bufferingBegin' });
    expect(status.counted(arrival('a', 10), 9_000)).toBeNull();
    expect(status.counted(arrival('a', 11), 9_500)).toEqual({ status: 'playing', reason: 'bufferingEnd' });
  });

  it('does not load because it was not looked at for long', () => {
    const status = playing();
    expect(status.counted(arrival('a', 11), 60_000)).toBeNull();
    expect(status.counted(arrival('a', 11), 61_000)).toBeNull();
  });

  it('loads when it never begins', () => {
    const status = new StreamStatus();
    status.ask(true, 0);
    status.offer(true, 0);
    expect(status.counted(null, 1_000)).toBeNull();
    expect(status.counted(arrival('a', 0), 2_000)).toEqual({ status: 'loading', reason: 'bufferingBegin' });
    expect(status.offer(false, 2_500)).toEqual({ status: 'stopped', reason: 'remoteStopped' });
  });

  it('counts anew with another consumer, but not when it is asked for again with the same one', () => {
    const status = playing();
    status.counted(arrival('b', 1), 2_000);
    expect(status.counted(arrival('b', 1), 3_000)).toBeNull();
    status.ask(false, 3_100);
    status.ask(true, 3_100);
    expect(status.counted(arrival('b', 1), 3_200), 'nothing new').toBeNull();
    expect(status.counted(arrival('b', 2), 3_300)).toEqual({ status: 'playing', reason: 'localStarted' });
  });
});
