export { assertNever } from './assert-never.ts';
export { createSteadyClock, systemClock, FakeClock, type Clock, type Timer } from './clock.ts';
export { createDeferred, type Deferred } from './deferred.ts';
export { silentLog, type Log } from './log.ts';
export { TypedEmitter, type EventMap, type Listener } from './emitter.ts';
export { seededRandom } from './random.ts';
export { SerialQueue, QueueClosedError } from './serial-queue.ts';
export { TokenBucket } from './token-bucket.ts';
