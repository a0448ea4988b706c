import { TypedEmitter, silentLog } from '@rotunda/base';
import type { Router } from 'mediasoup/types';
import { expect, it } from 'vitest';
import { RouterHost } from './router-host.ts';
import type { MediaWorker, MediaWorkerEvents } from './worker-slot.ts';

it('tells everybody that the router is gone, although one of them fails', () => {
  const worker = { events: new TypedEmitter<MediaWorkerEvents>(), load: 0 } as MediaWorker;
  const errors: object[] = [];
  const log = { ...silentLog, error: (fields: object) => void errors.push(fields) };
  const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
  const host = new RouterHost(worker, {} as Router, { listenInfo, log });
  const told: string[] = [];
  host.moveIn({
    hostLost: () => {
      throw new Error('bad lodger');
    },
  });
  host.moveIn({ hostLost: () => told.push('second') });
  worker.events.emit('lost');
  expect(told).toEqual(['second']);
  expect(errors).toMatchObject([{ err: { message: 'bad lodger' } }]);
});
