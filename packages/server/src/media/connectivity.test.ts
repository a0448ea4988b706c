import { EventEmitter } from 'node:events';
import type { DtlsState, IceState } from 'mediasoup/types';
import { beforeEach, expect, it } from 'vitest';
import { Connectivity } from './connectivity.ts';

/** A loss takes the worker ten seconds to see; here only the order of states matters. */
class Transport {
  readonly observer = new EventEmitter();
  closed = false;
  iceState: IceState = 'new';
  dtlsState: DtlsState = 'new';

  ice(state: IceState): void {
    this.iceState = state;
    this.observer.emit('icestatechange', state);
  }

  dtls(state: DtlsState): void {
    this.dtlsState = state;
    this.observer.emit('dtlsstatechange', state);
  }

  connect(): this {
    this.ice('connected');
    this.dtls('connecting');
    this.dtls('connected');
    return this;
  }
}

let told: string[];
let connectivity: Connectivity;

beforeEach(() => {
  told = [];
  connectivity = new Connectivity({ mediaLost: () => told.push('lost'), mediaBack: () => told.push('back') });
});

function watched(): Transport {
  const transport = new Transport();
  connectivity.watch(transport);
  return transport;
}

it('calls nothing lost that has never been connected and carries nothing', () => {
  const transport = watched();
  transport.ice('connected');
  transport.ice('disconnected');
  transport.dtls('failed');
  expect(told).toEqual([]);
});

it('calls lost what is not connected when something is published on it, and again when more is', () => {
  const transport = watched();
  connectivity.expect(transport);
  expect(told).toEqual(['lost']);
  connectivity.expect(transport);
  transport.ice('disconnected');
  expect(told).toEqual(['lost', 'lost']);
  transport.connect();
  connectivity.expect(transport);
  expect(told).toEqual(['lost', 'lost', 'back']);
});

it('tells of a loss once and of the return once', () => {
  const transport = watched().connect();
  transport.ice('disconnected');
  transport.dtls('closed');
  expect(told).toEqual(['lost']);
  transport.dtls('connected');
  transport.ice('completed');
  expect(told).toEqual(['lost', 'back']);
});

it('is back only when no transport is lost any more', () => {
  const [send, recv] = [watched().connect(), watched().connect()];
  send.ice('disconnected');
  recv.ice('disconnected');
  send.ice('connected');
  expect(told).toEqual(['lost']);
  connectivity.forget(recv);
  expect(told).toEqual(['lost', 'back']);
  recv.ice('connected');
  recv.ice('disconnected');
  expect(told).toEqual(['lost', 'back']);
});
