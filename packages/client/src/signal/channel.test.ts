import { FakeClock, silentLog } from '@rotunda/base';
import { DEFAULT_TIMERS, type ServerFrame } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import { SignalChannel, type ChannelEnd, type ServerEvent } from './channel.ts';
import { RequestRefusedError, SignalClosedError } from './errors.ts';
import type { SocketListener } from './socket.ts';

function createChannel() {
  const clock = new FakeClock();
  const sent: unknown[] = [];
  const events: ServerEvent[] = [];
  const ends: ChannelEnd[] = [];
  let listener: SocketListener | null = null;
  let closedByUs = 0;
  const channel = new SignalChannel({
    sockets: (_url, given) => {
      listener = given;
      return { send: (text) => sent.push(JSON.parse(text)), close: () => closedByUs++ };
    },
    url: 'ws://test',
    clock,
    log: silentLog,
    linkDeadMs: 4_000,
    owner: { onEvent: (event) => events.push(event), onClosed: (end) => ends.push(end) },
  });
  const receive = (frame: ServerFrame | string): void =>
    listener?.onMessage(typeof frame === 'string' ? frame : JSON.stringify(frame));
  return {
    clock,
    channel,
    sent,
    events,
    ends,
    receive,
    hangUp: (code: number) => listener?.onClosed(code),
    closedByUs: () => closedByUs,
    welcome: (change: Partial<Extract<ServerFrame, { type: 'welcome' }>> = {}) =>
      receive({
        type: 'welcome',
        versions: [1],
        routerRtpCapabilities: { codecs: [] },
        timers: DEFAULT_TIMERS,
        iceServers: [],
        ...change,
      }),
  };
}

describe('SignalChannel', () => {
  it('waits for the welcome', async () => {
    const { channel, welcome } = createChannel();
    welcome();
    await expect(channel.welcome).resolves.toMatchObject({ timers: DEFAULT_TIMERS });
  });

  it('ends when the server speaks another version', async () => {
    const { channel, welcome, ends } = createChannel();
    welcome({ versions: [999] });
    await expect(channel.welcome).rejects.toBeInstanceOf(SignalClosedError);
    expect(ends).toMatchObject([{ by: 'protocol' }]);
  });

  it('answers a ping at once, without a timer', () => {
    const { receive, sent } = createChannel();
    receive({ type: 'ping', n: 7 });
    expect(sent).toEqual([{ type: 'pong', n: 7 }]);
  });

  it('matches answers to requests, and tells refusals by their code', async () => {
    const { channel, receive, sent } = createChannel();
    const muted = channel.request('mute', { source: 'audio', muted: true });
    const published = channel.request('exit', {});
    expect(sent).toMatchObject([{ method: 'mute' }, { method: 'exit' }]);
    const [first, second] = sent as { id: number }[];
    const refusal = { code: -3, message: 'no', ended: 'removed', removalMessage: 'Be kind.' } as const;
    receive({ type: 'error', id: second!.id, ...refusal });
    receive({ type: 'response', id: first!.id, result: {} });
    await expect(muted).resolves.toEqual({});
    await expect(published).rejects.toMatchObject({
      code: -3,
      ended: { reason: 'removed', message: 'Be kind.' },
    });
    await expect(published).rejects.toBeInstanceOf(RequestRefusedError);
    expect(channel.pendingRequests).toBe(0);
  });

  it('rejects an answer that is not what was asked for', async () => {
    const { channel, receive, sent } = createChannel();
    const answer = channel.request('restartIce', { transportId: 't' });
    receive({ type: 'response', id: (sent[0] as { id: number }).id, result: { iceParameters: 5 } });
    await expect(answer).rejects.toThrow('malformed');
  });

  it('rejects what waits when the other side hangs up, and ignores what an old socket still says', async () => {
    const { channel, hangUp, receive, ends, events, clock } = createChannel();
    const answer = channel.request('exit', {});
    hangUp(1006);
    await expect(answer).rejects.toBeInstanceOf(SignalClosedError);
    receive({ type: 'event', name: 'consumerClosed', data: { consumerId: 'c' } });
    hangUp(1006);
    expect(ends).toEqual([{ by: 'peer', code: 1006 }]);
    expect(events).toEqual([]);
    expect(clock.pending).toBe(0);
    await expect(channel.request('exit', {})).rejects.toBeInstanceOf(SignalClosedError);
  });

  it('calls the link dead after silence only', () => {
    const { clock, receive, ends, closedByUs } = createChannel();
    for (let beat = 0; beat < 10; beat++) {
      clock.advance(2_000);
      receive({ type: 'ping', n: beat });
    }
    expect(ends).toEqual([]);
    clock.advance(3_900);
    expect(ends).toEqual([]);
    clock.advance(200);
    expect(ends).toEqual([{ by: 'silence' }]);
    expect(closedByUs()).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it("takes the server's own limit once it is told", () => {
    const { clock, welcome, ends } = createChannel();
    welcome({ timers: { ...DEFAULT_TIMERS, linkDead: 8_000 } });
    clock.advance(7_900);
    expect(ends).toEqual([]);
    clock.advance(200);
    expect(ends).toEqual([{ by: 'silence' }]);
  });

  it('hands events on with their version, and acknowledges on demand', () => {
    const { channel, receive, events, sent } = createChannel();
    receive({ type: 'event', name: 'ended', data: { reason: 'removed' }, ack: 3 });
    expect(events).toEqual([{ name: 'ended', data: { reason: 'removed' }, room: null, ack: 3 }]);
    expect(sent).toEqual([]);
    channel.acknowledge(events[0]!);
    expect(sent).toEqual([{ type: 'ack', n: 3 }]);
  });

  it('ignores an event with bad data, and closes on a frame that is none', () => {
    const { receive, events, ends } = createChannel();
    receive({ type: 'event', name: 'ended', data: { reason: 'nonsense' } });
    expect(events).toEqual([]);
    expect(ends).toEqual([]);
    receive('{"type":');
    expect(ends).toMatchObject([{ by: 'protocol' }]);
  });

  it('does not tell its owner of a close that the owner asked for', async () => {
    const { channel, ends, closedByUs, clock } = createChannel();
    channel.close();
    channel.close();
    await expect(channel.welcome).rejects.toBeInstanceOf(SignalClosedError);
    expect([ends.length, closedByUs(), clock.pending]).toEqual([0, 1, 0]);
  });

  it('survives a platform that refuses the address', async () => {
    const ends: ChannelEnd[] = [];
    const channel = new SignalChannel({
      sockets: () => {
        throw new DOMException('mixed content', 'SecurityError');
      },
      url: 'ws://test',
      clock: new FakeClock(),
      log: silentLog,
      linkDeadMs: 4_000,
      owner: { onEvent: () => undefined, onClosed: (end) => ends.push(end) },
    });
    await expect(channel.welcome).rejects.toBeInstanceOf(SignalClosedError);
    expect(ends).toEqual([{ by: 'peer', code: 1006 }]);
  });
});
