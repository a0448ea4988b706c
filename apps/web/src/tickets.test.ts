import { expect, test } from 'vitest';
import { parseRoomName } from './room-name.ts';
import { findTicketSource, requestTicket } from './tickets.ts';

const answering =
  (status: number, body: unknown): typeof fetch =>
  async () =>
    Response.json(body, { status });

const down: typeof fetch = async () => {
  throw new TypeError('connection refused');
};

test('a server in development mode hands out tickets', async () => {
  const asked: unknown[] = [];
  const fetcher: typeof fetch = async (url) => {
    asked.push(url);
    return Response.json({ sdkAppId: 7, userId: 'a&b', userSig: 'sig' });
  };
  expect(await requestTicket({ userId: 'a&b' }, fetcher)).toEqual({
    kind: 'ticket',
    ticket: { sdkAppId: 7, userSig: 'sig' },
  });
  expect(asked).toEqual(['/dev/usersig?userId=a%26b']);
  expect(await findTicketSource(fetcher)).toBe('development');
});

test('the ticket of a room comes with what else that room requires', async () => {
  const asked: unknown[] = [];
  const fetcher: typeof fetch = async (url) => {
    asked.push(url);
    return Response.json({ sdkAppId: 7, userId: 'ada', userSig: 'sig', privateMapKey: 'permit' });
  };
  for (const room of ['7', 'a room'].map((typed) => parseRoomName(typed)!)) {
    expect(await requestTicket({ userId: 'ada', room }, fetcher)).toEqual({
      kind: 'ticket',
      ticket: { sdkAppId: 7, userSig: 'sig', privateMapKey: 'permit' },
    });
  }
  expect(asked).toEqual(['/dev/usersig?userId=ada&roomId=7', '/dev/usersig?userId=ada&strRoomId=a+room']);
});

test('any other server wants a typed ticket', async () => {
  expect(await findTicketSource(answering(404, { error: 'no' }))).toBe('typed');
  expect(await findTicketSource(answering(200, '<html>'))).toBe('typed');
  expect(await findTicketSource(down)).toBe('typed');
});

test('a refused name, a refusing server and a silent one are told apart', async () => {
  expect(await requestTicket({ userId: 'a/b' }, answering(400, {}))).toMatchObject({
    problem: { code: -3319 },
  });
  expect(await requestTicket({ userId: 'ada' }, down)).toMatchObject({ problem: { code: -3308 } });
  const refused = await requestTicket({ userId: 'ada' }, answering(403, {}));
  expect(refused).toMatchObject({ kind: 'failed', problem: { title: 'The server gave no ticket' } });
});
