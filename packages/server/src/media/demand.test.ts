import { FakeClock } from '@rotunda/base';
import { describe, expect, it } from 'vitest';
import { Demand } from './demand.ts';

function createDemand() {
  const clock = new FakeClock();
  const told: string[] = [];
  const demand = new Demand({ clock, patienceMs: 10_000, onChanged: (layers) => told.push(layers) });
  return { clock, told, demand };
}

describe('what is wanted of a picture', () => {
  it('is nothing ten seconds after the picture came, if nobody views it', () => {
    const { clock, told, demand } = createDemand();
    clock.advance(60_000);
    expect(told).toEqual([]);
    demand.arrived();
    clock.advance(9_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['none']);
    expect(clock.pending).toBe(0);
  });

  it('is the big layer at once for a viewer of that, and the small one for viewers of that', () => {
    const { clock, told, demand } = createDemand();
    demand.arrived();
    clock.advance(10_000);
    const small = demand.view('small');
    demand.view('big').end();
    expect(told).toEqual(['none', 'small', 'all']);
    clock.advance(10_000);
    expect(told.splice(0)).toEqual(['none', 'small', 'all', 'small']);
    small.setLayer('big');
    expect(told, 'nobody is without a picture while it changes').toEqual(['all']);
    clock.advance(10_000);
    expect(told).toEqual(['all', 'big']);
  });

  it.each([
    ['asks for the small one', (demand: Demand) => demand.view('small')],
    ['falls back to it', (demand: Demand) => demand.view('big').setFallback(true)],
  ])('is all at once when beside viewers of the big layer somebody %s', (_what, begin) => {
    const { clock, told, demand } = createDemand();
    demand.arrived();
    const viewing = demand.view('big');
    clock.advance(10_000);
    begin(demand);
    expect(told.splice(0)).toEqual(['big', 'all']);
    viewing.setFallback(true);
    viewing.setFallback(false);
    clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it('is the big layer alone ten seconds after the last one fell back, however many come meanwhile', () => {
    const { clock, told, demand } = createDemand();
    demand.arrived();
    const narrow = demand.view('big');
    narrow.setFallback(true);
    clock.advance(60_000);
    expect(told).toEqual([]);
    narrow.setFallback(false);
    for (let seconds = 0; seconds < 10; seconds++) {
      expect(told).toEqual([]);
      demand.view('big');
      clock.advance(1_000);
    }
    expect(told).toEqual(['big']);
    narrow.setFallback(true);
    expect(told).toEqual(['big', 'all']);
    narrow.end();
    clock.advance(10_000);
    expect(told).toEqual(['big', 'all', 'big']);
  });

  it('stays as it was for a viewer who is back in time', () => {
    const { clock, told, demand } = createDemand();
    demand.arrived();
    const first = demand.view('big');
    clock.advance(10_000);
    expect(told.splice(0)).toEqual(['big']);
    first.end();
    clock.advance(9_000);
    const again = demand.view('big');
    clock.advance(60_000);
    expect(told).toEqual([]);
    again.end();
    clock.advance(9_000);
    again.end();
    clock.advance(1_000);
    expect(told).toEqual(['none']);
  });

  it('counts a viewer once, however often its viewing ends, and not after that', () => {
    const { clock, told, demand } = createDemand();
    demand.arrived();
    const [one, other] = [demand.view('big'), demand.view('big')];
    one.end();
    one.end();
    one.setLayer('big');
    clock.advance(10_000);
    expect(told.splice(0)).toEqual(['big']);
    other.end();
    clock.advance(10_000);
    expect(told).toEqual(['none']);
  });

  it('is no longer told when the stream is closed', () => {
    const { clock, told, demand } = createDemand();
    demand.arrived();
    const viewing = demand.view('big');
    demand.close();
    viewing.end();
    demand.arrived();
    clock.advance(60_000);
    expect(told).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
