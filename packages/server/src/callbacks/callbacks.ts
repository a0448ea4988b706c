import type { Clock, Log } from '@rotunda/base';
import { roomKeyText } from '@rotunda/protocol';
import { CallbackGroup, CallbackType, type CallbackEvent } from '@rotunda/protocol/callbacks';
import type { Happening } from '../history/happenings.ts';
import type { DeadLetter, NewCallback, OutboxStore } from '../store/outbox-port.ts';
import { AppDelivery, DELIVERED, type CallbackApp, type OnAttempt } from './app-delivery.ts';
import { callbackOf } from './events.ts';
import { callbackRequest } from './request.ts';
import { Semaphore } from './semaphore.ts';
import type { PostOutcome, Sender } from './sender.ts';
import { Settlements } from './settlements.ts';

export interface CallbacksTools {
  /** Those that are told anything. */
  readonly apps: readonly CallbackApp[];
  readonly outbox: OutboxStore;
  /** False while another server may deliver the same. */
  readonly isOurs: () => boolean;
  readonly sender: Sender;
  /** The system's time. */
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly onAttempt: OnAttempt;
}

/** What a test event came to. Delivered if `ok` and the status is 200. */
export type TestOutcome = PostOutcome & {
  readonly url: string;
  /** Milliseconds until the answers. */
  readonly took: number;
  /** The body that was posted last. */
  readonly body: string;
};

/** Posts of all apps at the same time. */
const PLACES = 256;
const NO_RECEIVER = 'no receiver is set';
const TEST_ROOM = 'rotunda-callback-test';

/** Tells the backends of apps what happens in their rooms. */
export class Callbacks {
  readonly #tools: CallbacksTools;
  readonly #apps: ReadonlyMap<number, CallbackApp>;
  readonly #deliveries = new Map<number, AppDelivery>();
  readonly #settlements: Settlements;
  readonly #places = new Semaphore(PLACES);

  constructor(tools: CallbacksTools) {
    this.#tools = tools;
    this.#apps = new Map(tools.apps.map((app) => [app.sdkAppId, app]));
    this.#settlements = new Settlements(tools);
  }

  /** What is to be put into the outbox of something that happened; null if nobody is told of it. */
  readonly toCallback = (happening: Happening): NewCallback | null => {
    const { id, key, version, at } = happening;
    const event = this.#apps.has(key.sdkAppId) ? callbackOf(happening) : null;
    if (!event) return null;
    const { sdkAppId } = key;
    return { id, sdkAppId, room: roomKeyText(key), version, at, event: JSON.stringify(event) };
  };

  /**
   * Delivers what waits, and from now on what comes. What waits for apps without a receiver becomes dead letters. Rejects if the
   * store does not take that.
   */
  async start(): Promise<void> {
    const shared = { places: this.#places, settlements: this.#settlements };
    for (const app of this.#apps.values()) {
      const delivery = new AppDelivery(app, { ...this.#tools, ...shared });
      this.#deliveries.set(app.sdkAppId, delivery);
      delivery.wake();
    }
    const { outbox, clock, log } = this.#tools;
    const served = { except: [...this.#apps.keys()], at: clock.now(), error: NO_RECEIVER };
    for (const [sdkAppId, count] of await outbox.abandon(served))
      log.warn({ sdkAppId, count }, 'callbacks waited for an application without a receiver: dead letters');
  }

  /** There is something new in the outbox of these apps. */
  readonly wake = (sdkAppIds: Iterable<number>): void => {
    for (const sdkAppId of sdkAppIds) this.#deliveries.get(sdkAppId)?.wake();
  };

  /**
   * Posts the beginning of a room and, if that was taken, its end to the receiver of an app, once and past everything that waits.
   *
   * @returns what the last one came to; null if the app has no receiver
   */
  async test(sdkAppId: number): Promise<TestOutcome | null> {
    const app = this.#apps.get(sdkAppId);
    if (!app) return null;
    const began = await this.#post(app, testBeginning);
    if (!began.ok || began.status !== DELIVERED) return began;
    const ended = await this.#post(app, testEnd);
    return { ...ended, took: began.took + ended.took };
  }

  async #post(app: CallbackApp, eventAt: (at: number) => CallbackEvent): Promise<TestOutcome> {
    const { sender, clock, newId } = this.#tools;
    const { sdkAppId, url } = app;
    const at = clock.now();
    const event = JSON.stringify(eventAt(at));
    const request = callbackRequest(
      app,
      { id: `test/${newId()}`, sdkAppId, room: TEST_ROOM, version: null, at, event },
      at,
    );
    const outcome = await sender.post(request);
    const body = Buffer.from(request.body).toString('utf8');
    return { ...outcome, url, took: clock.now() - at, body };
  }

  /** Callbacks of an app that were given up, in order; those after the position of the last one of the page before. */
  deadLetters(query: {
    readonly sdkAppId: number;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]> {
    return this.#tools.outbox.deadLetters(query);
  }

  /**
   * Dead letters of an app, all or those with these ids, are delivered again, before what came later.
   *
   * @returns how many; null, and they stay as they are, if the app has no receiver
   * @throws PartlyRevivedError if it failed on the way: the others wait for another replay
   */
  async replay(query: {
    readonly sdkAppId: number;
    readonly ids?: readonly string[];
  }): Promise<number | null> {
    const delivery = this.#deliveries.get(query.sdkAppId);
    return delivery ? delivery.rewindAfter(() => this.#tools.outbox.revive(query)) : null;
  }

  /** What is under way is cut off, and delivered again after the next start. Writes what was delivered. */
  async close(): Promise<void> {
    const closed = [...this.#deliveries.values()].map((delivery) => delivery.close());
    this.#places.close();
    this.#tools.sender.close();
    await Promise.all(closed);
    await this.#settlements.close();
  }
}

function testBeginning(at: number): CallbackEvent {
  const info = { ...testFields(at), UserId: 'rotunda-test' };
  return { EventGroupId: CallbackGroup.room, EventType: CallbackType.CREATE_ROOM, EventInfo: info };
}

function testEnd(at: number): CallbackEvent {
  return {
    EventGroupId: CallbackGroup.room,
    EventType: CallbackType.DISMISS_ROOM,
    EventInfo: testFields(at),
  };
}

function testFields(at: number) {
  return { RoomId: TEST_ROOM, EventTs: Math.floor(at / 1000), EventMsTs: at };
}
