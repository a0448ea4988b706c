import { FakeClock, createDeferred } from '@rotunda/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RoomLogUnavailableError } from '../roomlog/port.ts';
import {
  OTHER_APP,
  SdkAppId,
  codeOf,
  credential,
  nextCredential,
  sdkClient,
  serveCloudApi,
  type SdkOptions,
  type ServedCloudApi,
} from './served.contract.ts';

let served: ServedCloudApi;

beforeEach(async () => {
  served = await serveCloudApi();
});
afterEach(() => served.close());

const client = (options?: SdkOptions): ReturnType<typeof sdkClient> => sdkClient(served.endpoint, options);

describe('the official Node SDK', () => {
  it('removes users and dismisses rooms, numeric and string rooms apart', async () => {
    const answer = await client().RemoveUser({ SdkAppId, RoomId: 10_000, UserIds: ['alice', 'nobody'] });
    expect(answer.RequestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(served.rooms.waitedFor).toEqual(['s-alice']);
    expect(served.rooms.users.get(`${SdkAppId}/string/10000`)).toEqual(new Set(['dora']));
    await client().RemoveUserByStrRoomId({ SdkAppId, RoomId: '10000', UserIds: ['dora'] });
    await client().DismissRoom({ SdkAppId, RoomId: 10_000 });
    expect(served.rooms.waitedFor).toEqual(['s-alice', 's-dora', 's-bob', 's-carol']);
    expect(await codeOf(client().DismissRoomByStrRoomId({ SdkAppId, RoomId: '10000' }))).toBe(
      'FailedOperation.RoomNotExist',
    );
    expect(served.samples).toContain('DismissRoomByStrRoomId FailedOperation.RoomNotExist');
    expect(served.samples).toContain('RemoveUser OK');
  });

  it('gets an answer only after the victims were told', async () => {
    const gate = createDeferred();
    const asked = createDeferred();
    served.rooms.told.waitUntilTold = () => {
      asked.resolve();
      return gate.promise;
    };
    let answered = false;
    const call = client()
      .DismissRoom({ SdkAppId, RoomId: 10_000 })
      .then(() => (answered = true));
    await asked.promise;
    expect(served.rooms.users.get(`${SdkAppId}/number/10000`)?.size).toBe(0);
    expect(answered).toBe(false);
    gate.resolve();
    await call;
  });

  it('gets the documented code for what is wrong', async () => {
    const good = { SdkAppId, RoomId: 10_000, UserIds: ['alice'] };
    const code = (request: object): Promise<string> =>
      codeOf(client().request('RemoveUser', { ...good, ...request }));
    expect(await code({ RoomId: null })).toBe('MissingParameter.RoomId');
    expect(await code({ RoomId: '10000' })).toBe('InvalidParameter.RoomId');
    expect(await code({ RoomId: 0 })).toBe('InvalidParameterValue.RoomId');
    expect(await code({ UserIds: Array.from({ length: 11 }, (_, i) => `u${i}`) })).toBe(
      'InvalidParameter.UserIds',
    );
    expect(await code({ SdkAppId: OTHER_APP })).toBe('UnauthorizedOperation.SdkAppId');
    expect(await code({ SdkAppId: 5 })).toBe('UnauthorizedOperation.SdkAppId');
    expect(await codeOf(client().request('MakeCoffee', {}))).toBe('InvalidAction');
    expect(await codeOf(client().request('StartWebRecord', {}))).toBe('UnsupportedOperation');
    const stranger = client({ key: { secretId: 'AKIDnobody', secretKey: 'x' } });
    expect(await codeOf(stranger.RemoveUser(good))).toBe('AuthFailure.SecretIdNotFound');
    expect(await codeOf(client().request('RemoveUser', good, { skipSign: true }))).toBe(
      'AuthFailure.InvalidAuthorization',
    );
    expect(served.rooms.users.get(`${SdkAppId}/number/10000`)?.size).toBe(3);
  });

  it('gets at most 20 answers per second, action and key pair', async () => {
    await served.close();
    const clock = new FakeClock();
    clock.advance(Date.now() - clock.now());
    served = await serveCloudApi({ clock });
    const codes = (calls: number, options: SdkOptions = {}): Promise<string[]> => {
      const call = (): Promise<string> =>
        codeOf(client(options).DismissRoomByStrRoomId({ SdkAppId, RoomId: 'none' }));
      return Promise.all(Array.from({ length: calls }, call));
    };
    const gone = 'FailedOperation.RoomNotExist';
    // What is not signed by the key pair does not count against it.
    const forged = await codes(30, { key: { ...credential, secretKey: 'x' } });
    expect(new Set(forged)).toEqual(new Set(['AuthFailure.SignatureFailure']));
    const first = await codes(21);
    expect(first.toSorted()).toEqual([...Array.from({ length: 20 }, () => gone), 'RequestLimitExceeded']);
    expect(await codes(1, { key: nextCredential })).toEqual([gone]);
    expect(await codeOf(client().DismissRoom({ SdkAppId, RoomId: 7 }))).toBe(gone);
    clock.advance(50);
    expect((await codes(2)).toSorted()).toEqual([gone, 'RequestLimitExceeded']);
  });

  it('gets no inner detail when the server fails', async () => {
    served.rooms.membership.dismiss = () => Promise.reject(new Error('the inner detail'));
    const call = client().DismissRoom({ SdkAppId, RoomId: 10_000 });
    await expect(call).rejects.toMatchObject({ code: 'InternalError' });
    await expect(call).rejects.not.toThrow('the inner detail');
    served.rooms.membership.dismiss = () => Promise.reject(new RoomLogUnavailableError('down'));
    expect(await codeOf(client().DismissRoom({ SdkAppId, RoomId: 10_000 }))).toBe('ServiceUnavailable');
  });

  it('leaves GET / without an action to the page', async () => {
    expect(await (await fetch(`http://${served.endpoint}/`)).text()).toBe('the page');
    const answer = await fetch(`http://${served.endpoint}/?Action=RemoveUser`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ Response: { Error: { Code: 'MissingParameter' } } });
  });
});
