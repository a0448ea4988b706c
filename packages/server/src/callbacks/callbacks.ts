import type { Clock, Log } from '@rotunda/base';
import { roomKeyText } from '@rotunda/protocol';
import { CallbackGroup, CallbackType, type CallbackEvent } from '@rotunda/protocol/callbacks';
import type { Happening } from '../history/happenings.ts';
import type { DeadLetter, NewCallback, OutboxStore } from '../store/outbox-port.ts';
import { AppDelivery, type CallbackApp, type OnAttempt } from './app-delivery.ts';
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
  /** Milliseconds until the answer. */
  readonly took: number;
  /** The body that was posted. */
  readonly body: string;
};

/** Posts of all apps at the same time. */
const PLACES = 256;
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

  /** Delivers what waits, and from now on what comes. */
  start(): void {
    const shared = { places: this.#places, settlements: this.#settlements };
    for (const app of this.#apps.values()) {
      const delivery = new AppDelivery(app, { ...this.#tools, ...shared });
      this.#deliveries.set(app.sdkAppId, delivery);
      delivery.wake();
    }
  }

  /** There is something new in the outbox of these apps. */
  readonly wake = (sdkAppIds: Iterable<number>): void => {
    for (const sdkAppId of sdkAppIds) this.#deliveries.get(sdkAppId)?.wake();
  };

  /** Posts one event to the receiver of an app, once and past everything that waits. @returns null if the app has none. */
  async test(sdkAppId: number): Promise<TestOutcome | null> {
    const app = this.#apps.get(sdkAppId);
    if (!app) return null;
    const { sender, clock, newId } = this.#tools;
    const at = clock.now();
    const event = JSON.stringify(testEvent(at));
    const callback = { id: `test/${newId()}`, sdkAppId, room: TEST_ROOM, version: null, at, event };
    const request = callbackRequest(app, callback, at);
    const outcome = await sender.post(request);
    const body = Buffer.from(request.body).toString('utf8');
    return { ...outcome, url: app.url, took: clock.now() - at, body };
  }

  /** Callbacks of an app that were given up, in order; those after the position of the last one of the page before. */
  deadLetters(query: {
    readonly sdkAppId: number;
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]> {
    return this.#tools.outbox.deadLetters(query);
  }

  /** Dead letters of an app, all or those with these ids, are delivered again, before what came later. @returns how many. */
  async replay(query: { readonly sdkAppId: number; readonly ids?: readonly string[] }): Promise<number> {
    const count = await this.#tools.outbox.revive(query);
    if (count > 0) this.#deliveries.get(query.sdkAppId)?.rewind();
    return count;
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

function testEvent(at: number): CallbackEvent {
  return {
    EventGroupId: CallbackGroup.room,
    EventType: CallbackType.CREATE_ROOM,
    EventInfo: {
      RoomId: TEST_ROOM,
      EventTs: Math.floor(at / 1000),
      EventMsTs: at,
      UserId: 'rotunda-test',
    },
  };
}
