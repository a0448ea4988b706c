import { randomUUID } from 'node:crypto';
import { systemClock, type Clock, type Log } from '@rotunda/base';
import type { CallbackApp } from './callbacks/app-delivery.ts';
import { Callbacks } from './callbacks/callbacks.ts';
import { HttpSender } from './callbacks/sender.ts';
import { closeInOrder } from './close-in-order.ts';
import type { ServerConfig } from './config/options.ts';
import { Recorder } from './history/recorder.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Store } from './store/port.ts';

/** What is remembered of rooms, and who is told of it. */
export interface History {
  readonly recorder: Recorder;
  readonly callbacks: Callbacks;
  /**
   * Before anybody may enter: what an earlier process left open ends first.
   *
   * @returns the stays that ended so, now or no longer ago than stays are waited for
   */
  start(): Promise<readonly string[]>;
  /** When nothing happens any more, and before the store closes. */
  close(): Promise<void>;
}

export function openHistory(
  { apps, timers }: Pick<ServerConfig, 'apps' | 'timers'>,
  tools: {
    readonly store: Store;
    readonly nodeId: string;
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: Pick<Metrics, 'callbackAttempted' | 'historyLeftOut'>;
  },
): History {
  const { store, nodeId, clock, log, metrics } = tools;
  const callbacks = new Callbacks({
    apps: apps.flatMap(({ sdkAppId, callbacks: receiver }): CallbackApp[] =>
      receiver ? [{ sdkAppId, ...receiver }] : [],
    ),
    outbox: store.outbox,
    isOurs: () => store.isOurs(),
    sender: new HttpSender({ clock: systemClock }),
    clock: systemClock,
    log,
    newId: randomUUID,
    onAttempt: (sample) => metrics.callbackAttempted(sample),
  });
  const recorder = new Recorder({
    store: store.history,
    nodeId,
    clock,
    log,
    toCallback: callbacks.toCallback,
    howEnded: async (sessionId) => (await store.endings.findEnding(sessionId))?.reason ?? null,
    onCallbacks: callbacks.wake,
    onLeftOut: (count) => metrics.historyLeftOut(count),
  });
  return {
    recorder,
    callbacks,
    start: async () => {
      const interrupted = await recorder.start(clock.now() - timers.giveUp);
      await callbacks.start();
      return interrupted;
    },
    close: () => closeInOrder([() => recorder.close(), () => callbacks.close()]),
  };
}

/** For metrics. While the store does not answer, what it holds is not known. */
export async function historyCounts({ recorder }: History, store: Store) {
  const { waiting, oldestAt, dead } = await store.outbox
    .backlog()
    .catch(() => ({ waiting: NaN, oldestAt: null, dead: NaN }));
  return {
    history_waiting: recorder.waiting,
    callbacks_waiting: waiting,
    callbacks_oldest_age_seconds: oldestAt === null ? 0 : Math.max(0, (systemClock.now() - oldestAt) / 1000),
    callbacks_dead: dead,
  };
}
