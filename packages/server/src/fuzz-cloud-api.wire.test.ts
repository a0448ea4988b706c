import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedAction } from './fuzz-calls.contract.ts';
import { RUNS, body, fuzzedServer, headers, query } from './fuzz.contract.ts';
import { APP } from './signalling/wire.contract.ts';

const server = fuzzedServer();

describe('whatever is sent to the Cloud API', () => {
  it('POST / always has an envelope', async () => {
    await fc.assert(
      fc.asyncProperty(headers, body, async (given, sent) => {
        const answer = await server.post('/', { headers: given, body: sent });
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.text)).toEqual({
          Response: {
            Error: { Code: expect.not.stringMatching(/^InternalError/), Message: expect.any(String) },
            RequestId: expect.any(String),
          },
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('GET /?Action always has an envelope', async () => {
    await fc.assert(
      fc.asyncProperty(headers, query, async (given, text) => {
        const answer = await server.request(`/?Action=RemoveUser&${text}`, { headers: given });
        expect(answer.status).toBe(200);
        expect(answer.text).toContain('"Error"');
        expect(answer.text).not.toContain('InternalError');
      }),
      { numRuns: RUNS },
    );
  });

  it('a signed request of whatever content is refused by its parameters', async () => {
    const contentType = fc.constantFrom(
      'application/json',
      'multipart/form-data; boundary=x',
      'multipart/form-data',
      'text/plain',
    );
    const action = fc.constantFrom(
      'RemoveUser',
      'DismissRoomByStrRoomId',
      'SetUserBlocked',
      'DescribeRoomInfo',
      'StartWebRecord',
    );
    const near = fc
      .record(
        {
          SdkAppId: fc.constant(APP.sdkAppId),
          RoomId: fc.jsonValue(),
          UserIds: fc.jsonValue(),
          UserId: fc.jsonValue(),
          StartTime: fc.jsonValue(),
        },
        { requiredKeys: ['SdkAppId'] },
      )
      .map((parameters) => JSON.stringify(parameters));
    await fc.assert(
      fc.asyncProperty(action, contentType, fc.oneof(near, body), async (name, type, sent) => {
        const signed = signedAction(server.url, name, { body: Buffer.from(sent), contentType: type });
        const answer = await server.post('/', signed.init);
        expect(answer.status).toBe(200);
        expect(answer.text).toMatch(
          /"Code":"(Invalid|Missing|Unknown|Unsupported|FailedOperation|Unauthorized)/,
        );
      }),
      { numRuns: RUNS },
    );
  });
});
