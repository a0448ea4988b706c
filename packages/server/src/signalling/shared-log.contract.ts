import type { RoomKey } from '@rotunda/protocol';
import type { Command, LogEntry, RoomState } from '../rooms/model.ts';
import { MemoryRoomLog } from '../roomlog/memory.ts';
import { RoomLogUnavailableError, type CommitResult, type Follower, type RoomLog } from '../roomlog/port.ts';
import { seededDelay } from '../roomlog/seeded.contract.ts';

/** Where a commit fails: before it reached the log, or when its answer was on its way back. */
export type Failure = 'unreached' | 'unanswered';

/**
 * A room log as several nodes would share it: every answer takes its time, and followers hear of a commit some time
 * after it was answered, or before. Fails on demand.
 */
export class SharedLog implements RoomLog {
  readonly #inner: MemoryRoomLog;
  readonly #delay: () => Promise<void>;
  readonly #failing: { readonly type: Command['type'] | 'all'; readonly how: Failure; times: number }[] = [];
  readonly #held: (() => void)[] = [];
  #holding: Command['type'] | null = null;

  constructor(seed: number) {
    this.#inner = new MemoryRoomLog();
    this.#delay = seededDelay(seed, 30);
  }

  /** The next `times` commits of that type fail. */
  fail(type: Command['type'] | 'all', how: Failure, times = 1): void {
    this.#failing.push({ type, how, times });
  }

  /** Answers to commits of that type wait for {@link release}. */
  hold(type: Command['type']): void {
    this.#holding = type;
  }

  /** @returns whether an answer waits. */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  release(): void {
    this.#holding = null;
    for (const go of this.#held.splice(0)) go();
  }

  async commit(key: RoomKey, command: Command): Promise<CommitResult> {
    await this.#delay();
    const failure = this.#failing.find(
      ({ type, times }) => times > 0 && (type === 'all' || type === command.type),
    );
    if (failure) failure.times -= 1;
    if (failure?.how === 'unreached') throw new RoomLogUnavailableError('unreached');
    const result = await this.#inner.commit(key, command);
    if (this.#holding === command.type) await new Promise<void>((resolve) => this.#held.push(resolve));
    await this.#delay();
    if (failure) throw new RoomLogUnavailableError('unanswered');
    return result;
  }

  async read(key: RoomKey): Promise<RoomState> {
    await this.#delay();
    return this.#inner.read(key);
  }

  async follow(key: RoomKey, fromVersion: number, listener: (entry: LogEntry) => void): Promise<Follower> {
    await this.#delay();
    let told: Promise<void> = Promise.resolve();
    return this.#inner.follow(key, fromVersion, (entry) => {
      told = told.then(this.#delay).then(() => listener(entry));
    });
  }

  due = (now: number): ReturnType<RoomLog['due']> => this.#inner.due(now);
  linkedRooms = (): ReturnType<RoomLog['linkedRooms']> => this.#inner.linkedRooms();
  openRooms = (): ReturnType<RoomLog['openRooms']> => this.#inner.openRooms();
  close = (): Promise<void> => this.#inner.close();
}
