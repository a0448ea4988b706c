import { MAX_STREAM_REPORTS } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import type { MediaStats } from '../media/engine.ts';
import { compare, type Measured } from './compare.ts';
import { gradePath, worst } from './quality.ts';
import { recorded } from './recorded-call.contract.ts';
import { describeLocal, describeQuality, describeRemote } from './room-statistics.ts';
import type { ReceivedStream } from './received-stream.ts';
import { readSample } from './sample.ts';
import { describeStreams } from './stream-reports.ts';

type Change = (entry: Record<string, unknown>) => void;

/** The recorded two seconds, with entries of one type changed in the later snapshot. */
function measure(change: Record<string, Change> = {}): Measured {
  const after = recorded('after');
  for (const entry of [...after.send, ...after.recv]) change[String(entry.type)]?.(entry);
  return compare(readSample(recorded('before')), readSample(after), 2_000);
}

const STREAMS: ReceivedStream[] = [
  { consumerId: 'video', userId: 'bob', source: 'video', layer: 'big' },
  { consumerId: 'audio', userId: 'bob', source: 'audio', layer: 'big' },
];
const EMPTY: MediaStats = { send: [], recv: [], sources: new Map(), consumers: new Map() };

describe('two snapshots of a call', () => {
  it('tell what was sent, by layer', () => {
    const sound = { width: 0, height: 0, fps: 0, inputFps: 0, sampleRate: 48000, volume: 32 };
    const picture = { fps: 15, inputFps: 20, sampleRate: 0, volume: 0, lossPercent: 0 };
    expect(measure().sent).toEqual([
      { source: 'audio', layer: 'big', ...sound, kbps: 38, lossPercent: 0 },
      { source: 'video', layer: 'big', ...picture, width: 640, height: 360, kbps: 157 },
      { source: 'video', layer: 'small', ...picture, width: 160, height: 90, kbps: 41 },
    ]);
  });

  it('tell what was received, without the probes that belong to nobody', () => {
    const { received, downLoss } = measure();
    expect(downLoss).toBe(0);
    expect(received).toEqual([
      expect.objectContaining({
        consumerId: 'audio',
        kbps: 38,
        sampleRate: 48000,
        lossPercent: 0,
        bufferMs: 79,
      }),
      expect.objectContaining({
        consumerId: 'video',
        width: 640,
        height: 360,
        fps: 14,
        kbps: 156,
        bufferMs: 23,
      }),
    ]);
    expect(received[0]).toMatchObject({ blockedMs: 33, blockedPercent: 0 });
  });

  it('tell the sampling rate that was agreed for the sound sent, and that of the decoder for what is received', () => {
    const agree: Change = (entry) => (entry.sdpFmtpLine = 'minptime=10;maxplaybackrate=16000;useinbandfec=1');
    const speech = measure({ codec: agree });
    expect(speech.sent.map(({ sampleRate }) => sampleRate)).toEqual([16_000, 0, 0]);
    expect(speech.received.map(({ sampleRate }) => sampleRate)).toEqual([48_000, 0]);
  });

  it('tell the path: milliseconds there and back, bytes both ways over both transports', () => {
    expect(measure()).toMatchObject({
      rttMs: 1,
      upLoss: 0,
      sentBytes: 413442 - 342204 + (10088 - 8172),
      receivedBytes: 8144 - 6784 + (320533 - 262794),
    });
  });

  it('tell what the way to the server carries, as the browser believes', () => {
    expect(
      measure({ 'candidate-pair': (entry) => (entry.availableOutgoingBitrate = 512_000) }).uplinkKbps,
    ).toBe(512);
    expect(
      measure({ 'candidate-pair': (entry) => delete entry.availableOutgoingBitrate }).uplinkKbps,
    ).toBeNull();
  });

  it('tell losses in percent of what was sent, and of what should have arrived', () => {
    // 199 packets sent, 153 received.
    const lossy = measure({
      'remote-inbound-rtp': (entry) => (entry.packetsLost = 10),
      'inbound-rtp': (entry) => (entry.packetsLost = entry.kind === 'audio' ? 100 : 17),
    });
    expect(lossy.upLoss).toBe(Math.round((30 / 199) * 100));
    expect(lossy.downLoss).toBe(Math.round((117 / (153 + 117)) * 100));
    expect(lossy.received.map(({ lossPercent }) => lossPercent)).toEqual([50, Math.round((17 / 70) * 100)]);
  });

  it('tell freezes of pictures and gaps of sound', () => {
    const blocked = measure({
      'inbound-rtp': (entry) => {
        entry.totalFreezesDuration = 0.5;
        entry.totalInterFrameDelay = 10;
        entry.concealedSamples = 48_000 + 360;
        entry.totalSamplesDuration = 10;
      },
    });
    expect(blocked.received).toEqual([
      expect.objectContaining({ consumerId: 'audio', blockedMs: 1_000, blockedPercent: 10 }),
      expect.objectContaining({ consumerId: 'video', blockedMs: 500, blockedPercent: 5 }),
    ]);
  });
});

describe('what cannot be compared', () => {
  it('counts a stream that is new from nothing, over the time between the snapshots', () => {
    const { sent } = compare(readSample(EMPTY), readSample(recorded('before')), 10_000);
    expect(sent[1]).toMatchObject({ source: 'video', fps: 14, kbps: Math.round((182457 * 8) / 10_000) });
  });

  it('is unknown when nothing flows', () => {
    const measured = compare(null, readSample(EMPTY), 2_000);
    expect(measured).toEqual({
      rttMs: null,
      uplinkKbps: null,
      upLoss: null,
      downLoss: null,
      sentBytes: 0,
      receivedBytes: 0,
      sent: [],
      received: [],
    });
    expect(describeQuality({ measured, streams: [], reports: [] })).toEqual({
      uplink: 0,
      downlink: 0,
      remote: [],
    });
  });

  it('never goes below zero when counters begin anew', () => {
    const { sent, sentBytes } = compare(readSample(recorded('after')), readSample(recorded('before')), 2_000);
    expect(sent.map(({ kbps }) => kbps)).toEqual([0, 0, 0]);
    expect(sentBytes).toBe(0);
  });

  it('survives statistics without the fields', () => {
    const strip: Change = (entry) => {
      for (const key of Object.keys(entry)) if (!['type', 'ssrc', 'mid'].includes(key)) delete entry[key];
    };
    const bare = measure({ 'outbound-rtp': strip, 'inbound-rtp': strip, 'candidate-pair': strip });
    expect(JSON.stringify(bare)).not.toMatch(/NaN|Infinity/);
    expect(bare.rttMs).toBeNull();
  });
});

describe('statistics of a room', () => {
  it.each([
    ['the big layer first', (measured: Measured) => measured],
    ['the small layer first', (measured: Measured) => ({ ...measured, sent: measured.sent.toReversed() })],
  ])(
    'put sound beside the big stream, which is the first, where the platform counts %s',
    (_which, counted) => {
      expect(describeLocal(counted(measure()))).toEqual([
        expect.objectContaining({
          layer: 'big',
          width: 640,
          videoKbps: 157,
          audioKbps: 38,
          audioSampleRate: 48000,
        }),
        expect.objectContaining({ layer: 'small', width: 160, videoKbps: 41, audioKbps: 0 }),
      ]);
    },
  );

  it('have sound alone as a stream without picture', () => {
    const after = { ...recorded('after'), sources: new Map([['1', 'audio' as const]]) };
    const measured = compare(readSample(recorded('before')), readSample(after), 2_000);
    expect(describeLocal(measured)).toEqual([
      expect.objectContaining({ source: 'video', layer: 'big', width: 0, videoKbps: 0, audioKbps: 38 }),
    ]);
  });

  it('join the other side of the chain', () => {
    const reports = [{ userId: 'bob', quality: 4 as const, rtt: 301, upLoss: 12 }];
    const measures = { measured: measure(), streams: STREAMS, reports };
    expect(describeRemote(measures)).toEqual([
      expect.objectContaining({
        userId: 'bob',
        source: 'video',
        layer: 'big',
        width: 640,
        fps: 14,
        videoKbps: 156,
        audioKbps: 38,
        bufferMs: 79,
        delayMs: 151 + 79,
        uplinkLoss: 12,
        uplinkRttMs: 301,
      }),
    ]);
    expect(describeQuality(measures)).toEqual({
      uplink: 1,
      downlink: 1,
      remote: [{ userId: 'bob', quality: 4 }],
    });
    expect(describeQuality({ ...measures, reports: [] }).remote).toEqual([{ userId: 'bob', quality: 1 }]);
  });

  it('keep the screen apart', () => {
    const streams = STREAMS.map((stream) =>
      stream.source === 'video' ? { ...stream, source: 'sub' as const } : stream,
    );
    expect(describeRemote({ measured: measure(), streams, reports: [] })).toEqual([
      expect.objectContaining({ source: 'video', width: 0, audioKbps: 38 }),
      expect.objectContaining({ source: 'sub', width: 640, audioKbps: 0 }),
    ]);
  });
});

it.each([
  [null, null, 0],
  [null, 20, 1],
  [0, 100, 1],
  [2, 20, 2],
  [0, 150, 2],
  [8, 20, 3],
  [0, 400, 3],
  [20, 800, 4],
  [21, 20, 5],
  [0, 5_000, 5],
])('grades %s %% loss and %s ms as %s', (lossPercent, rttMs, quality) => {
  expect(gradePath({ lossPercent, rttMs })).toBe(quality);
});

it('calls a chain as good as its worst known part', () => {
  expect([worst(), worst(0, 2), worst(3, 1, 0)]).toEqual([0, 2, 3]);
});

const counted = (): null => null;

describe('what the server is told of streams', () => {
  it('is what became of the own ones, without the small one, and of those received', () => {
    expect(describeStreams(measure(), STREAMS, counted)).toEqual([
      {
        userId: '',
        source: 'audio',
        kbps: 38,
        loss: 0,
        blocked: 0,
        width: 0,
        height: 0,
        fps: 0,
        inputFps: 0,
        volume: 32,
      },
      {
        userId: '',
        source: 'video',
        kbps: 157,
        loss: 0,
        blocked: 0,
        width: 640,
        height: 360,
        fps: 15,
        inputFps: 20,
        volume: 0,
      },
      {
        userId: 'bob',
        source: 'video',
        kbps: 156,
        loss: 0,
        blocked: 0,
        width: 640,
        height: 360,
        fps: 14,
        inputFps: 15,
        volume: 0,
      },
      {
        userId: 'bob',
        source: 'audio',
        kbps: 38,
        loss: 0,
        blocked: 0,
        width: 0,
        height: 0,
        fps: 0,
        inputFps: 0,
        volume: 45,
      },
    ]);
  });

  it('has the volume of a user whose sound the platform does not count, and of nothing else', () => {
    const told = describeStreams(measure(), STREAMS, (userId) => (userId === 'bob' ? 0.64 : null));
    expect(told.map(({ userId, source, volume }) => [userId, source, volume])).toEqual([
      ['', 'audio', 32],
      ['', 'video', 0],
      ['bob', 'video', 0],
      ['bob', 'audio', 80],
    ]);
  });

  it('has only what is new of standing still', () => {
    const measured = measure({
      'inbound-rtp': (entry) => Object.assign(entry, { totalFreezesDuration: 1.2 }),
    });
    const [picture] = measured.received.filter(({ width }) => width > 0);
    expect(picture).toMatchObject({ blockedMs: 1_200, newlyBlockedMs: 1_200 });
    expect(describeStreams(measured, STREAMS, counted).map(({ blocked }) => blocked)).toEqual([
      0, 0, 1_200, 0,
    ]);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ ...STREAMS[0]!, userId: `u${index}` }));
    expect(describeStreams(measure(), many, counted)).toHaveLength(MAX_STREAM_REPORTS);
  });
});
