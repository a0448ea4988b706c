import type { Source } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import {
  ALL,
  CREATE,
  DENIED,
  ENTER,
  RECEIVE,
  SEND,
  SOURCES,
  counts,
  enters,
  names,
  nextRoom,
  publishAll,
  servePermissions,
} from './permission-world.contract.ts';
import { permit } from './wire.contract.ts';

servePermissions();

describe('what a stay may send and receive', () => {
  it.each(SOURCES)('does not include sending %s without its right', async (source) => {
    const room = nextRoom();
    const witness = await enters('ann', room, ALL);
    const limited = await enters('bob', room, ALL - SEND[source]);
    for (const [index, other] of SOURCES.entries()) {
      const answer = await limited.publish(other, 11 * (index + 1));
      if (other === source) expect(answer).toMatchObject({ type: 'error', code: DENIED });
      else expect(answer).toMatchObject({ type: 'response' });
    }
    const started = witness.wire.events.filter(({ name }) => name === 'streamStarted');
    expect(started.map(({ data }) => (data as { source: Source }).source)).toEqual(
      SOURCES.filter((other) => other !== source),
    );
  });

  it.each(SOURCES)('does not include receiving %s without its right', async (source) => {
    const room = nextRoom();
    await publishAll(await enters('ann', room, ALL));
    const { wire } = await enters('bob', room, ALL - RECEIVE[source]);
    for (const other of SOURCES) {
      const answer = await wire.request('subscribe', { userId: 'ann', source: other, layer: 'big' });
      if (other === source) expect(answer).toMatchObject({ type: 'error', code: DENIED });
      else expect(answer).toMatchObject({ type: 'response' });
    }
    expect(counts().consumers).toBe(2);
  });

  it.each(SOURCES)('includes sending and receiving %s with those rights and no other', async (source) => {
    const room = nextRoom();
    const sender = await enters('ann', room, CREATE + ENTER + SEND[source]);
    const receiver = await enters('bob', room, ENTER + RECEIVE[source]);
    expect(await sender.publish(source, 11)).toMatchObject({ type: 'response' });
    await receiver.wire.event('streamStarted');
    const wanted = { userId: 'ann', source, layer: 'big' };
    expect(await receiver.wire.request('subscribe', wanted)).toMatchObject({ type: 'response' });
    expect(await receiver.publish(source, 22)).toMatchObject({ code: DENIED });
  });

  it('ends with a newer ticket that allows less, for the others and for the stay itself', async () => {
    const room = nextRoom();
    const [ann, bob] = [await enters('ann', room, ALL), await enters('bob', room, ALL)];
    await publishAll(ann);
    await publishAll(bob, ['audio', 'video']);
    const consumers: string[] = [];
    for (const source of SOURCES) {
      const answer = await bob.wire.request('subscribe', { userId: 'ann', source, layer: 'big' });
      consumers.push((answer as { result: { consumerId: string } }).result.consumerId);
    }
    const privateMapKey = permit('bob', ALL - SEND.video - RECEIVE.video, { room });
    expect(await bob.wire.request('updatePermission', { privateMapKey })).toMatchObject({ type: 'response' });
    expect((await ann.wire.event('streamStopped')).data).toMatchObject({ userId: 'bob', source: 'video' });
    expect((await bob.wire.event('ownStreamStopped')).data).toMatchObject({ source: 'video', code: DENIED });
    expect((await bob.wire.event('consumerClosed')).data).toEqual({ consumerId: consumers[1] });
    expect(names(bob.wire).filter((name) => /Stopped|Closed/.test(name))).toHaveLength(2);
    expect(counts()).toMatchObject({ consumers: 2, producers: 4 });
    expect(await bob.publish('video', 77)).toMatchObject({ code: DENIED });
  });

  it('grows with a newer ticket that allows more', async () => {
    const room = nextRoom();
    await publishAll(await enters('ann', room, ALL));
    const { wire, publish } = await enters('bob', room, ENTER);
    const wanted = { userId: 'ann', source: 'audio', layer: 'big' };
    expect(await wire.request('subscribe', wanted)).toMatchObject({ code: DENIED });
    expect(await publish('audio', 77)).toMatchObject({ code: DENIED });
    await wire.request('updatePermission', { privateMapKey: permit('bob', ALL, { room }) });
    expect(await wire.request('subscribe', wanted)).toMatchObject({ type: 'response' });
    expect(await publish('audio', 77)).toMatchObject({ type: 'response' });
  });
});
