import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inCall } from './support/expectations.ts';
import { Network } from './support/network.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

describe('a network that lets only TCP through', () => {
  it('carries the call over ICE-TCP', async () => {
    const network = await Network.open(stage.serverUrl, { protocol: 'tcp' });
    const alice = await stage.user('alice', { via: network.url });
    const bob = await stage.user('bob');
    await inCall(stage.room(), [alice, bob]);
    await Promise.all([alice.hears(1), bob.hears(1)]);
    expect((await alice.paths()).map(({ protocol }) => protocol)).toEqual(['tcp', 'tcp']);
    await stage.clear();
    await network.close();
  });
});
