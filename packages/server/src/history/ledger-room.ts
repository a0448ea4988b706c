import type { LeaveReason, Role, RoomKey, Source, TRTCAppScene } from '@rotunda/protocol';
import { EnterReason } from '@rotunda/protocol/callbacks';
import type { ClientFacts } from '../rooms/model.ts';
import type { Observation } from '../rooms/observations.ts';
import type { Happening, HappeningBase, StayIdentity } from './happenings.ts';

/** When and where in the log something happened. */
export interface Moment {
  readonly at: number;
  /** Null for what the log does not know of. */
  readonly entry: { readonly version: number; readonly index: number } | null;
  /** False: nothing new begins in history. */
  readonly admit: boolean;
}

/** Where it is written down. */
export interface Sink {
  write(happening: Happening): void;
  /** Something began, or changed, that history has no place for. */
  leaveOut(): void;
}

export interface Arrival {
  readonly stayId: string;
  readonly userId: string;
  readonly role: Role;
  readonly client: ClientFacts | null;
  readonly continues: string | null;
}

type Content = Happening extends infer H
  ? H extends Happening
    ? Omit<H, keyof HappeningBase>
    : never
  : never;
type Entered = Extract<Happening, { type: 'entered' }>;
type EnteredContent = { identity: StayIdentity } & Pick<Entered, 'client' | 'reason'>;

interface OpenStay {
  identity: StayIdentity;
  readonly since: number;
  /** Of each source that has sent and is not closed, whether media comes from it. */
  readonly streams: Map<Source, 'sending' | 'silent'>;
  /** How much its client has said of where it runs. */
  observations: number;
}

/** Who is in one life of a room, as far as history has let them in. */
export class LedgerRoom {
  readonly #key: RoomKey;
  readonly #incarnation: string;
  readonly #sink: Sink;
  /** By user. */
  readonly #stays = new Map<string, OpenStay>();
  /** Guests from other rooms, by user: somebody of the same name may be in the audience. */
  readonly #guests = new Map<string, OpenStay>();

  constructor(key: RoomKey, incarnation: string, sink: Sink) {
    this.#key = key;
    this.#incarnation = incarnation;
    this.#sink = sink;
  }

  get openStays(): readonly StayIdentity[] {
    return [...this.#stays.values(), ...this.#guests.values()].map(({ identity }) => identity);
  }

  create(by: { readonly userId: string; readonly scene: TRTCAppScene }, moment: Moment): void {
    const { userId, scene } = by;
    this.#tell('created', { type: 'roomCreated', userId, scene }, moment);
  }

  enter(arrival: Arrival, moment: Moment): void {
    const { stayId, userId, role, client, continues } = arrival;
    const earlier = this.#stays.get(userId);
    if (earlier?.identity.stayId === stayId) return this.#changeRole(earlier, role, moment);
    // A change of role of a stay that is over, or was left out.
    if (continues === stayId) return;
    const goesOn = earlier !== undefined && earlier.identity.stayId === continues;
    if (earlier) this.#end(this.#stays, earlier, goesOn ? 'continued' : 'replaced', moment);
    const came = continues === null ? EnterReason.normal : EnterReason.timeoutRetry;
    const identity = { stayId, userId, role };
    // What goes on is no beginning: the end of the stay before was not told.
    const admit = moment.admit || goesOn;
    this.#open(this.#stays, { identity, client, reason: goesOn ? 'continued' : came }, { ...moment, admit });
  }

  /** A stay ends, or becomes audience. Of one that is not here, nothing is told. */
  leave(stay: { sessionId: string; userId: string }, reason: LeaveReason, moment: Moment): void {
    const open = this.#stays.get(stay.userId);
    if (open?.identity.stayId !== stay.sessionId) return;
    if (reason === 'roleChanged') this.#changeRole(open, 'audience', moment);
    else this.#end(this.#stays, open, reason, moment);
  }

  guestEnters(guest: { sessionId: string; userId: string }, moment: Moment): void {
    const stayId = `${guest.sessionId}@${moment.entry?.version ?? ''}`;
    const identity = { stayId, userId: guest.userId, role: 'anchor' } as const;
    this.#open(this.#guests, { identity, client: null, reason: EnterReason.crossRoom }, moment);
  }

  guestLeaves({ userId }: { userId: string }, reason: LeaveReason, moment: Moment): void {
    const open = this.#guests.get(userId);
    if (open) this.#end(this.#guests, open, reason, moment);
  }

  /** What has become of a source of a stay. Of one that has never sent, nothing is told. */
  stream(
    stay: { sessionId: string; userId: string },
    { source, now }: { source: Source; now: 'sending' | 'silent' | 'stopped' },
    moment: Moment,
  ): void {
    const open = this.#stays.get(stay.userId);
    const before = open?.streams.get(source);
    if (open?.identity.stayId !== stay.sessionId || before === now) return;
    if (now !== 'sending' && !before) return;
    if (now === 'sending' && !moment.admit) return this.#sink.leaveOut();
    if (now === 'stopped') open.streams.delete(source);
    else open.streams.set(source, now);
    const what = { stay: open.identity, source };
    if (now === 'stopped')
      this.#tell(momentId(moment), { type: now, ...what, muted: before === 'silent' }, moment);
    else this.#tell(momentId(moment), { type: now, ...what }, moment);
  }

  /** Of a stay that is not here, nothing is told. */
  observe(stay: { sessionId: string; userId: string }, observation: Observation, moment: Moment): void {
    const open = this.#stays.get(stay.userId);
    if (open?.identity.stayId !== stay.sessionId) return;
    if (!moment.admit) return this.#sink.leaveOut();
    const id = `${stay.sessionId}/observed/${++open.observations}`;
    this.#tell(id, { type: 'observed', stay: open.identity, observation }, moment);
  }

  /** The life of the room is over, and with it every stay that nobody has ended: those of the audience. */
  end(reason: LeaveReason, moment: Moment): void {
    for (const stays of [this.#stays, this.#guests])
      for (const open of stays.values()) this.#end(stays, open, reason, moment);
    this.#tell('ended', { type: 'roomEnded' }, moment);
  }

  #open(stays: Map<string, OpenStay>, { identity, client, reason }: EnteredContent, moment: Moment): void {
    if (!moment.admit) return this.#sink.leaveOut();
    stays.set(identity.userId, { identity, since: moment.at, streams: new Map(), observations: 0 });
    const id = `${identity.stayId}/entered`;
    this.#tell(id, { type: 'entered', stay: identity, client, reason }, moment);
  }

  #end(
    stays: Map<string, OpenStay>,
    { identity, since }: OpenStay,
    reason: LeaveReason | 'continued',
    moment: Moment,
  ): void {
    stays.delete(identity.userId);
    // Who ends a stay of the audience may have another clock.
    const at = Math.max(since, moment.at);
    this.#tell(`${identity.stayId}/left`, { type: 'left', stay: identity, reason }, { ...moment, at });
  }

  #changeRole(open: OpenStay, role: Role, moment: Moment): void {
    if (open.identity.role === role) return;
    open.identity = { ...open.identity, role };
    if (!moment.admit) return this.#sink.leaveOut();
    this.#tell(momentId(moment), { type: 'roleChanged', stay: open.identity }, moment);
  }

  #tell(id: string, content: Content, { at, entry }: Moment): void {
    const incarnation = this.#incarnation;
    const version = entry?.version ?? null;
    this.#sink.write({ id: `${incarnation}/${id}`, key: this.#key, incarnation, version, at, ...content });
  }
}

/** Names what happens more than once to a stay: by its place in the log. */
function momentId({ entry }: Moment): string {
  return entry ? `${entry.version}/${entry.index}` : '';
}
