import { expect, test } from 'vitest';
import { callCloudApi, dismissRoomCall, readEnvelope, removeUserCall } from './cloud-api.ts';

test('numeric and text rooms have an action each', () => {
  const numeric = { kind: 'number', roomId: 5 } as const;
  const text = { kind: 'text', strRoomId: 'blue' } as const;
  expect(removeUserCall(1, numeric, ['ada'])).toEqual({
    action: 'RemoveUser',
    body: { SdkAppId: 1, RoomId: 5, UserIds: ['ada'] },
  });
  expect(removeUserCall(1, text, ['ada'])).toMatchObject({
    action: 'RemoveUserByStrRoomId',
    body: { RoomId: 'blue' },
  });
  expect(dismissRoomCall(1, numeric)).toEqual({ action: 'DismissRoom', body: { SdkAppId: 1, RoomId: 5 } });
  expect(dismissRoomCall(1, text).action).toBe('DismissRoomByStrRoomId');
});

test('envelopes are read, others refused', () => {
  expect(readEnvelope({ Response: { RequestId: 'r1' } })).toEqual({ kind: 'done', requestId: 'r1' });
  expect(
    readEnvelope({
      Response: { Error: { Code: 'FailedOperation.RoomNotExist', Message: 'no' }, RequestId: 'r' },
    }),
  ).toEqual({ kind: 'refused', code: 'FailedOperation.RoomNotExist', message: 'no' });
  for (const other of [null, 'x', {}, { Response: 5 }]) expect(readEnvelope(other).kind).toBe('refused');
});

test('a call tells how long its answer took, and an unreachable server is an answer too', async () => {
  let time = 100;
  const now = (): number => time;
  const call = dismissRoomCall(1, { kind: 'number', roomId: 5 });
  const answers: typeof fetch = async (_url, init) => {
    time += 12;
    expect(init?.body).toBe('{"SdkAppId":1,"RoomId":5}');
    return Response.json({ Response: { RequestId: 'r1' } });
  };
  expect(await callCloudApi(call, { fetcher: answers, now })).toMatchObject({
    tookMs: 12,
    result: { kind: 'done' },
  });
  const down: typeof fetch = async () => {
    throw new TypeError('connection refused');
  };
  expect((await callCloudApi(call, { fetcher: down, now })).result).toMatchObject({ code: 'NoAnswer' });
});
