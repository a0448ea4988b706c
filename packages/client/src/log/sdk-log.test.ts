import { FakeClock } from '@rotunda/base';
import { describe, expect, it } from 'vitest';
import { SdkLog } from './sdk-log.ts';

function create() {
  const printed: string[] = [];
  const told: [string, number, string][] = [];
  const printer =
    (level: string) =>
    (line: string): void =>
      void printed.push(`${level}: ${line}`);
  const console = {
    debug: printer('debug'),
    info: printer('info'),
    warn: printer('warn'),
    error: printer('error'),
  };
  const log = new SdkLog({ clock: new FakeClock(0), console });
  log.listener = (...given) => told.push(given);
  const room = log.module('room');
  return { log, room, printed, told };
}

describe('the log of the SDK', () => {
  it('hands over time, level, module, message and fields', () => {
    const { room, told } = create();
    room.warn({ code: -1, err: new TypeError('no route') }, 'could not enter');
    expect(told).toEqual([
      [
        '1970-01-01T00:00:00.000Z WARN room: could not enter {"code":-1,"err":"TypeError: no route"}',
        3,
        'room',
      ],
    ]);
  });

  it.each([
    [0, ['d', 'i', 'w', 'e']],
    [2, ['i', 'w', 'e']],
    [4, ['e']],
    [5, []],
    [6, []],
  ] as const)('at level %i lets through %j', (level, expected) => {
    const { log, room, told } = create();
    log.level = level;
    room.debug({}, 'd');
    room.info({}, 'i');
    room.warn({}, 'w');
    room.error({}, 'e');
    expect(told.map(([line]) => line.slice(-1))).toEqual(expected);
  });

  it('prints only when asked to, at the level of the line', () => {
    const { log, room, printed } = create();
    room.info({}, 'unseen');
    log.toConsole = true;
    room.error({}, 'seen');
    log.toConsole = false;
    room.info({}, 'unseen');
    expect(printed).toEqual(['error: 1970-01-01T00:00:00.000Z ERROR room: seen']);
  });

  it('holds no secret, however deep it lies, and survives what cannot be written', () => {
    const { room, told } = create();
    const ring: Record<string, unknown> = {};
    ring.ring = ring;
    room.info({ request: { userSig: 'eJy', list: [{ resumeToken: 'abc' }], userId: 'alice' } }, 'asked');
    room.info(ring, 'round');
    expect(told.map(([line]) => line.slice(36))).toEqual([
      'asked {"request":{"list":[{}],"userId":"alice"}}',
      'round (fields that cannot be shown)',
    ]);
  });

  it('is not harmed by a listener that throws or that causes log lines itself', () => {
    const { log, room, printed } = create();
    let calls = 0;
    log.toConsole = true;
    log.listener = () => {
      calls += 1;
      room.info({}, 'because of the listener');
      throw new Error('broken page');
    };
    expect(() => room.info({}, 'first')).not.toThrow();
    room.info({}, 'second');
    expect(calls).toBe(2);
    expect(printed.map((line) => line.replace(/\S+Z /, ''))).toEqual([
      'info: INFO room: first',
      'error: a log callback failed {"err":"Error: broken page"}',
      'info: INFO room: second',
      'error: a log callback failed {"err":"Error: broken page"}',
    ]);
  });
});
