import { describe, expect, it } from 'vitest';
import type { AudienceChange } from '../roomlog/membership-port.ts';
import { commitEvents } from '../rooms/apply.ts';
import { decide } from '../rooms/decide.ts';
import type { Command, LogEntry } from '../rooms/model.ts';
import { holds } from '../rooms/random-commands.contract.ts';
import { BROWSER, CALL, LIVE, Room, key } from '../rooms/room.contract.ts';
import type { Happening } from './happenings.ts';
import { Ledger } from './ledger.ts';
import { checkPairs } from './pairs.contract.ts';

/** A room whose history is kept. */
class Watched extends Room {
  readonly ledger = new Ledger();
  readonly seen: Happening[] = [];
  leftOut = 0;
  admit = true;

  commit(...commands: readonly Command[]): this {
    for (const command of commands) {
      const decision = decide(this.state, command);
      const entry = decision.ok ? commitEvents(key, this.state, decision.events) : null;
      if (entry) this.#take(entry);
    }
    return this;
  }

  audienceComes(userId: string, sessionId: string, continues: string | null = null): this {
    this.commit(this.enter(userId, sessionId, { scene: LIVE, role: 'audience' }));
    return this.#audience({ type: 'entered', ...this.#stay(userId, sessionId), client: BROWSER, continues });
  }

  audienceGoes(userId: string, sessionId: string): this {
    return this.#audience({ type: 'left', ...this.#stay(userId, sessionId), reason: 'exited' });
  }

  clientSays(userId: string, sessionId: string, hidden: boolean): this {
    const { incarnation, at } = this.#stay(userId, sessionId);
    const observation = { kind: 'page', detail: hidden ? 'hidden' : 'shown' } as const;
    const observed = { stay: { incarnation, userId, sessionId }, observation, at };
    const { happenings, leftOut } = this.ledger.takeObservation(observed, this);
    this.seen.push(...happenings);
    this.leftOut += leftOut;
    return this;
  }

  role(userId: string, sessionId: string, role: 'anchor' | 'audience'): Command {
    const { incarnation } = this.open;
    const stay = { userId, sessionId, nodeId: 'n1', client: BROWSER };
    return { type: 'switchRole', at: this.at, ...stay, role, incarnation };
  }

  mute(userId: string, sessionId: string, muted: boolean): Command {
    return { type: 'mute', at: this.at, userId, sessionId, source: 'audio', muted };
  }

  /** What happened since the last look. */
  get told(): string[] {
    return this.seen.splice(0).map(describeHappening);
  }

  #stay(userId: string, sessionId: string) {
    return { key, userId, sessionId, incarnation: this.open.incarnation, at: this.at };
  }

  #take(entry: LogEntry): void {
    this.state = entry.state;
    const { happenings, leftOut } = this.ledger.take(entry, this);
    this.seen.push(...happenings);
    this.leftOut += leftOut;
  }

  #audience(change: AudienceChange): this {
    const { happenings, leftOut } = this.ledger.takeAudience(change, this);
    this.seen.push(...happenings);
    this.leftOut += leftOut;
    return this;
  }
}

function describeHappening(happening: Happening): string {
  switch (happening.type) {
    case 'roomCreated':
      return `created by ${happening.userId}`;
    case 'roomEnded':
      return 'ended';
    case 'roleChanged':
      return `${happening.stay.stayId} is ${happening.stay.role}`;
    case 'entered':
    case 'left':
      return `${happening.stay.stayId} ${happening.type} ${happening.reason}`;
    case 'observed':
      return `${happening.stay.stayId} observed ${happening.observation.kind} ${happening.observation.detail}`;
    case 'stopped':
      return `${happening.stay.stayId} stopped ${happening.source}${happening.muted ? ', muted before' : ''}`;
    default:
      return `${happening.stay.stayId} ${happening.type} ${happening.source}`;
  }
}

describe('the history of a room', () => {
  it('has what clients say of where they run, each time once, of stays that are in it', () => {
    const room = new Watched();
    room.commit(room.enter('ann', 'a1'), room.enter('ben', 'b1'));
    room.clientSays('ann', 'a1', true).clientSays('ann', 'a1', false).clientSays('ann', 'a0', true);
    const ids = room.seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(room.told.slice(3)).toEqual(['a1 observed page hidden', 'a1 observed page shown']);
    room.admit = false;
    room.clientSays('ann', 'a1', true);
    room.commit(room.leave('ann', 'a1'));
    room.clientSays('ann', 'a1', true);
    expect(room.told).toEqual(['a1 left exited']);
    expect(room.leftOut).toBe(1);
  });

  it('has its beginning, who came and went, and its end', () => {
    const room = new Watched();
    room.commit(room.enter('ann', 'a1'), room.enter('ben', 'b1'), room.leave('ann', 'a1'));
    expect(room.told).toEqual(['created by ann', 'a1 entered 1', 'b1 entered 1', 'a1 left exited']);
    room.commit(room.leave('ben', 'b1'));
    expect(room.told).toEqual(['b1 left exited', 'ended']);
  });

  it('has streams that start, stop and are muted, but no stops of who leaves', () => {
    const room = new Watched();
    room.commit(
      room.enter('ann', 'a1'),
      room.publish('ann', 'a1', 'video'),
      room.publish('ann', 'a1', 'sub'),
    );
    room.commit(
      room.publish('ann', 'a1', 'audio'),
      room.mute('ann', 'a1', true),
      room.mute('ann', 'a1', false),
    );
    room.commit({ type: 'unpublish', at: room.at, userId: 'ann', sessionId: 'a1', streamId: 'a1-sub' });
    expect(room.told.slice(2)).toEqual([
      'a1 sending video',
      'a1 sending sub',
      'a1 sending audio',
      'a1 silent audio',
      'a1 sending audio',
      'a1 stopped sub',
    ]);
    const unpublish = (streamId: string): Command => {
      return { type: 'unpublish', at: room.at, userId: 'ann', sessionId: 'a1', streamId };
    };
    room.commit(room.mute('ann', 'a1', true), unpublish('a1-audio'), room.publish('ann', 'a1', 'audio'));
    room.commit(unpublish('a1-audio'));
    expect(room.told).toEqual([
      'a1 silent audio',
      'a1 stopped audio, muted before',
      'a1 sending audio',
      'a1 stopped audio',
    ]);
    room.commit(room.leave('ann', 'a1'));
    expect(room.told).toEqual(['a1 left exited', 'ended']);
  });

  it('has nothing of a stream that is muted from the beginning', () => {
    const room = new Watched();
    const stream = { source: 'audio', streamId: 's', muted: true } as const;
    room.commit(room.enter('ann', 'a1'));
    room.commit({ type: 'publish', at: room.at, userId: 'ann', sessionId: 'a1', stream });
    room.commit({ type: 'unpublish', at: room.at, userId: 'ann', sessionId: 'a1', streamId: 's' });
    expect(room.told.slice(2)).toEqual([]);
  });

  it('ends everybody before the room is dismissed, also the audience', () => {
    const room = new Watched();
    room.commit(room.enter('host', 'h1', { scene: LIVE })).audienceComes('ann', 'a1');
    room.commit({ type: 'dismiss', at: room.at });
    expect(room.told.slice(1)).toEqual([
      'h1 entered 1',
      'a1 entered 1',
      'h1 left dismissed',
      'a1 left dismissed',
      'ended',
    ]);
  });

  it('ends the stay that a newer one replaces before that enters, in the audience too', () => {
    const room = new Watched();
    room.commit(room.enter('ann', 'a1', { scene: LIVE }), room.enter('ann', 'a2', { scene: LIVE }));
    expect(room.told.slice(1)).toEqual(['a1 entered 1', 'a1 left replaced', 'a2 entered 1']);
    room.audienceComes('ben', 'b1').commit(room.enter('ben', 'b2', { scene: LIVE }));
    expect(room.told).toEqual(['b1 entered 1', 'b1 left replaced', 'b2 entered 1']);
    // What the log says of it afterwards was said.
    const audience = [{ userId: 'ben', sessionId: 'b1' }];
    room.commit({ type: 'evict', at: room.at, reason: 'replaced', userIds: [], audience });
    expect(room.told).toEqual([]);
  });

  it('goes on silently with a stay that continues another, and says that its streams ended', () => {
    const room = new Watched();
    room.commit(room.enter('ann', 'a1'), room.publish('ann', 'a1', 'audio'));
    room.commit(room.enter('ann', 'a2', { continues: 'a1' }), room.publish('ann', 'a2', 'audio'));
    expect(room.told.slice(2)).toEqual([
      'a1 sending audio',
      'a1 stopped audio',
      'a1 left continued',
      'a2 entered continued',
      'a2 sending audio',
    ]);
  });

  it('knows a return after the stay had been given up', () => {
    const room = new Watched();
    room.commit(room.enter('ben', 'b1'), room.enter('ann', 'a1'), room.lost('ann', 'a1', 1_000));
    room.commit({ type: 'tick', at: 1_000 }, room.enter('ann', 'a2', { continues: 'a1' }));
    expect(room.told.slice(3)).toEqual(['a1 left timedOut', 'a2 entered 3']);
  });

  it('keeps a stay through changes of its role, and stops its streams then', () => {
    const room = new Watched();
    room.commit(room.enter('host', 'h1', { scene: LIVE })).audienceComes('ann', 'a1');
    room.commit(room.role('ann', 'a1', 'anchor'), room.publish('ann', 'a1', 'video'));
    room
      .commit(room.role('ann', 'a1', 'audience'))
      .audienceGoes('ann', 'a1')
      .audienceGoes('ann', 'a1');
    expect(room.told.slice(3)).toEqual([
      'a1 is anchor',
      'a1 sending video',
      'a1 stopped video',
      'a1 is audience',
      'a1 left exited',
    ]);
  });

  it('has guests of other rooms, each time that they come', () => {
    const room = new Watched();
    const home = { key: { ...key, id: '8' }, incarnation: 'there' };
    const guest = (version: number) => ({ userId: 'gus', sessionId: 'g1', home, streams: [], version });
    const link = (version: number): Command => {
      const host = { userId: 'ann' };
      return { type: 'link', at: room.at, guest: guest(version), host, wantedBy: 'guest' };
    };
    room.commit(room.enter('ann', 'a1'), link(1));
    room.commit({ type: 'disconnect', at: room.at, userId: 'ann', sessionId: 'a1' }, link(5));
    expect(room.told.slice(2)).toEqual(['g1@2 entered 4', 'g1@2 left crossRoomEnded', 'g1@4 entered 4']);
    room.commit({ type: 'dismiss', at: room.at });
    expect(room.told).toEqual(['a1 left dismissed', 'g1@4 left crossRoomEnded', 'ended']);
  });

  it('leaves out as a whole what begins while it may not grow', () => {
    const room = new Watched();
    room.commit(room.enter('ann', 'a1'));
    room.admit = false;
    room.commit(
      room.enter('ben', 'b1'),
      room.publish('ben', 'b1', 'audio'),
      room.publish('ann', 'a1', 'audio'),
    );
    room.admit = true;
    room.commit(room.mute('ann', 'a1', true), room.mute('ben', 'b1', true), room.leave('ben', 'b1'));
    room.commit(room.leave('ann', 'a1'));
    expect(room.told).toEqual(['created by ann', 'a1 entered 1', 'a1 left exited', 'ended']);
    expect(room.leftOut).toBe(2);
    room.admit = false;
    room.commit(room.enter('ann', 'a3'));
    room.admit = true;
    room.commit(room.enter('ben', 'b3'), room.leave('ben', 'b3'), { type: 'dismiss', at: room.at });
    expect(room.told).toEqual([]);
    expect(room.leftOut).toBe(3);
  });

  it('names everything by a name of its own', () => {
    const room = new Watched();
    room.commit(room.enter('ann', 'a1', { scene: CALL }), room.enter('ann', 'a2', { continues: 'a1' }));
    room.commit(room.publish('ann', 'a2', 'audio'), room.publish('ann', 'a2', 'audio', 'again'));
    room.commit(room.leave('ann', 'a2'));
    const ids = room.seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('has one leave for each enter, later and within the life of the room, whatever happens', () => {
  holds(({ entries }) => {
    const ledger = new Ledger();
    const happenings = entries.flatMap((entry) => ledger.take(entry, { admit: true }).happenings);
    checkPairs(
      happenings,
      ledger.openStays.map(({ stayId }) => stayId),
    );
  });
});

it('has so, too, for what it lets in, when it may not grow for some of the time', () => {
  holds(({ entries }) => {
    const ledger = new Ledger();
    const happenings = entries.flatMap(
      (entry, index) => ledger.take(entry, { admit: index % 5 < 3 }).happenings,
    );
    checkPairs(
      happenings,
      ledger.openStays.map(({ stayId }) => stayId),
    );
  });
});
