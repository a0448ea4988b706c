import { summarize } from '../lib/stats.ts';
import { cpuMicroseconds } from '../lib/cpu.ts';
import type { BenchContext, Row, Scenario } from '../lib/scenario.ts';
import { withServer } from '../lib/server.ts';
import { BareTopology } from '../light/bare.ts';
import { RotundaTopology, type Topology } from '../light/topology.ts';

const VIEWERS = 100;
const PACKETS_PER_SECOND = 80;
/** The two take turns, so that what else the machine does meets both. */
const TURNS = 6;
const TURN_MS = 3000;
const WARM_UP_MS = 500;

interface Turn {
  readonly packets: number;
  readonly cpuMicroseconds: number;
  readonly delivered: number;
}

/** CPU time of the media workers per packet forwarded, beside mediasoup with nothing around it. */
export const forward: Scenario = {
  name: 'forward',
  run: (context) =>
    withServer(async (server) => {
      const shape = { viewers: VIEWERS, packetsPerSecond: PACKETS_PER_SECOND };
      const bare = await BareTopology.open(shape);
      const ours = await RotundaTopology.open({ ...shape, server });
      try {
        return await compare(context, { bare, ours });
      } finally {
        ours.close();
        await bare.close();
      }
    }),
};

async function compare(
  context: BenchContext,
  { bare, ours }: { bare: Topology; ours: Topology },
): Promise<Row[]> {
  const turns: { bare: Turn[]; ours: Turn[] } = { bare: [], ours: [] };
  for (let turn = 0; turn < Math.max(2, context.runs(TURNS)); turn += 1) {
    turns.bare.push(await takeTurn(bare));
    turns.ours.push(await takeTurn(ours));
    context.progress(
      `CPU per packet: mediasoup ${cost(turns.bare.slice(-1)).toFixed(1)} us, rotunda ${cost(turns.ours.slice(-1)).toFixed(1)} us`,
    );
  }
  const bareCost = cost(turns.bare);
  const oursCost = cost(turns.ours);
  return [
    costRow('forwarding to 100 viewers, bare mediasoup', turns.bare),
    costRow('forwarding to 100 viewers, rotunda', turns.ours),
    {
      figure: 'forwarding, packets per core: rotunda / bare mediasoup',
      unit: 'ratio',
      values: { ratio: bareCost / oursCost },
      aim: { of: 'ratio', atLeast: 0.95 },
    },
  ];
}

async function takeTurn(topology: Topology): Promise<Turn> {
  topology.play();
  await pause(WARM_UP_MS);
  const workers = topology.workers();
  const cpu = (): number => workers.reduce((sum, pid) => sum + cpuMicroseconds(pid), 0);
  const before = { cpu: cpu(), received: topology.received(), sent: topology.sent() };
  await pause(TURN_MS);
  const packets = topology.received() - before.received;
  const used = cpu() - before.cpu;
  const delivered = packets / ((topology.sent() - before.sent) * VIEWERS);
  topology.pause();
  await pause(WARM_UP_MS);
  return { packets, cpuMicroseconds: used, delivered };
}

/** Microseconds of CPU per packet over all turns. */
function cost(turns: readonly Turn[]): number {
  const packets = turns.reduce((sum, turn) => sum + turn.packets, 0);
  return turns.reduce((sum, turn) => sum + turn.cpuMicroseconds, 0) / packets;
}

function costRow(figure: string, turns: readonly Turn[]): Row {
  const micros = cost(turns);
  return {
    figure,
    unit: 'us CPU/packet',
    values: {
      mean: micros,
      p50: summarize(turns.map((turn) => cost([turn]))).p50,
      packetsPerSecondPerCore: 1_000_000 / micros,
      delivered: turns.reduce((sum, { delivered }) => sum + delivered, 0) / turns.length,
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
