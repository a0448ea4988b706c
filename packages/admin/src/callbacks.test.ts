import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CallbackError, verifyCallback } from './callbacks.ts';

const key = '123654';
const event = {
  EventGroupId: 1,
  EventType: 104,
  CallbackTs: 1_700_000_000_130,
  EventInfo: {
    RoomId: 12_345,
    EventTs: 1_700_000_000,
    EventMsTs: 1_700_000_000_123,
    UserId: 'alice',
    Role: 20,
    Reason: 3,
  },
};
/** Tencent's own, with its line feeds and tabs: only these bytes give this signature. */
const SAMPLE =
  '{\n\t"EventGroupId":\t2,\n\t"EventType":\t204,\n\t"CallbackTs":\t1664209748188,\n\t"EventInfo":\t{\n\t\t"RoomId":\t8489,\n\t\t"EventTs":\t1664209748,\n\t\t"EventMsTs":\t1664209748180,\n\t\t"UserId":\t"user_85034614",\n\t\t"Reason":\t0\n\t}\n}';
const SAMPLE_SIGN = 'kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA=';

const bodyOf = (value: unknown): Buffer =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const signOf = (body: Uint8Array, by = key): string => createHmac('sha256', by).update(body).digest('base64');

function faultOf(callback: Parameters<typeof verifyCallback>[0]): string {
  try {
    verifyCallback(callback);
    return 'none';
  } catch (error) {
    return error instanceof CallbackError ? error.fault : String(error);
  }
}

describe('verifyCallback', () => {
  it('gives the event of a body that was signed with the key', () => {
    const body = bodyOf(event);
    expect(verifyCallback({ key, body, sign: signOf(body) })).toEqual(event);
  });

  it("takes the signature of Tencent's own sample", () => {
    const body = Buffer.from(SAMPLE);
    expect(signOf(body)).toBe(SAMPLE_SIGN);
    expect(verifyCallback({ key, body, sign: SAMPLE_SIGN })).toMatchObject({ EventType: 204 });
  });

  it('lets fields through that came later', () => {
    const body = bodyOf({ ...event, More: 1, EventInfo: { ...event.EventInfo, New: 'x' } });
    expect(verifyCallback({ key, body, sign: signOf(body) })).toMatchObject({
      More: 1,
      EventInfo: { New: 'x' },
    });
  });

  it('believes nothing else', () => {
    const body = bodyOf(event);
    const sign = signOf(body);
    expect(faultOf({ key, body, sign: undefined })).toBe('badSignature');
    expect(faultOf({ key, body, sign: '' })).toBe('badSignature');
    expect(faultOf({ key, body, sign: `${sign} ` })).toBe('badSignature');
    expect(faultOf({ key, body, sign: sign.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) })).toBe(
      'badSignature',
    );
    expect(faultOf({ key, body, sign: signOf(body, 'another') })).toBe('badSignature');
    expect(faultOf({ key, body: bodyOf(`${body.toString()} `), sign })).toBe('badSignature');
  });

  it('says of a signed body that it is no JSON, or no event that is known', () => {
    for (const [text, fault] of [
      ['{', 'notJson'],
      ['{"EventGroupId":9,"EventType":901,"CallbackTs":1,"EventInfo":{}}', 'unknownEvent'],
      ['{"EventGroupId":1,"EventType":104,"CallbackTs":1,"EventInfo":{}}', 'unknownEvent'],
      ['null', 'unknownEvent'],
    ] as const) {
      const body = bodyOf(text);
      expect(faultOf({ key, body, sign: signOf(body) })).toBe(fault);
    }
    const body = Uint8Array.of(0x22, 0xff, 0x22);
    expect(faultOf({ key, body, sign: signOf(body) })).toBe('notJson');
  });

  it('cannot be called in a way that would skip the check', () => {
    const body = bodyOf(event);
    const sign = signOf(body);
    for (const wrong of [
      { key: '', body, sign },
      { key: undefined as unknown as string, body, sign },
      { key, body: body.toString() as unknown as Uint8Array, sign },
      { key, body: event as unknown as Uint8Array, sign },
    ])
      expect(() => verifyCallback(wrong)).toThrow(TypeError);
  });
});
