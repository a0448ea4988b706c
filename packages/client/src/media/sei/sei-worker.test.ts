import { expect, it } from 'vitest';
import type { SeiCodec, SeiMessage } from './sei-format.ts';
import type { EncodedFrame, FrameStreams, PipeOptions } from './sei-pipes.ts';
import { workerProgram, type FromWorker, type ToWorker, type WorkerScope } from './sei-worker.ts';

/** The program as a worker runs it: without anything of this module around it. */
function startWorker() {
  const told: FromWorker[] = [];
  let send: (message: ToWorker) => void = () => undefined;
  const scope: WorkerScope = {
    onrtctransform: null,
    addEventListener: (_type, listener) => (send = (data) => listener({ data })),
    postMessage: (message) => told.push(message),
  };
  Reflect.construct(Function, ['self', workerProgram()])(scope);
  return { scope, told, send };
}

interface Layer {
  readonly ssrc: number;
  readonly mimeType?: string;
}

function frameOf(bytes: readonly number[], { ssrc, mimeType }: Layer): EncodedFrame {
  return {
    data: Uint8Array.from(bytes).buffer,
    getMetadata: () => ({ synchronizationSource: ssrc, ...(mimeType ? { mimeType } : {}) }),
  };
}

/** Leads frames through a transform, one after the other. */
function connect(scope: WorkerScope, options: PipeOptions) {
  const input = new TransformStream<EncodedFrame, EncodedFrame>();
  const output = new TransformStream<EncodedFrame, EncodedFrame>();
  const streams: FrameStreams = { readable: input.readable, writable: output.writable };
  scope.onrtctransform?.({ transformer: { ...streams, options } });
  const writer = input.writable.getWriter();
  const reader = output.readable.getReader();
  return async (frame: EncodedFrame): Promise<EncodedFrame> => {
    const [{ value }] = await Promise.all([reader.read(), writer.write(frame)]);
    if (!value) throw new Error('no frame came out');
    return value;
  };
}

const HELLO: SeiMessage = { number: 7, bytes: Uint8Array.of(104, 105) };
const SLICE = [0, 0, 0, 1, 0x41, 9, 9];

it('is ready only when its code works', () => {
  expect(startWorker().told).toEqual(['ready']);
});

it.each(['h264', 'vp8'] as const)(
  'carries a message from one worker to another in %s',
  async (codec: SeiCodec) => {
    const [near, far] = [startWorker(), startWorker()];
    const send = connect(near.scope, { direction: 'send', key: 'video', codec });
    const receive = connect(far.scope, { direction: 'recv', key: 'consumer-1', codec });
    const small = { ssrc: 1 };
    const big = { ssrc: 2 };
    expect(new Uint8Array((await send(frameOf(SLICE, big))).data)).toEqual(Uint8Array.from(SLICE));
    near.send({ source: 'video', message: HELLO, copies: 1 });
    near.send({ source: 'sub', message: { ...HELLO, number: 8 }, copies: 1 });
    for (const layer of [big, small]) await receive(await send(frameOf(SLICE, layer)));
    await receive(await send(frameOf(SLICE, big)));
    expect(far.told.slice(1)).toEqual([
      { key: 'consumer-1', message: HELLO },
      { key: 'consumer-1', message: HELLO },
    ]);
  },
);

it('does not look into frames while nobody wants to know, and lets them pass', async () => {
  const { scope, told, send } = startWorker();
  const fill = connect(scope, { direction: 'send', key: 'video', codec: 'h264' });
  const receive = connect(scope, { direction: 'recv', key: 'consumer-1', codec: 'h264' });
  for (const reading of [false, true]) {
    send({ reading });
    send({ source: 'video', message: HELLO, copies: 1 });
    const filled = await fill(frameOf(SLICE, { ssrc: 1 }));
    const given = filled.data.slice(0);
    expect((await receive(filled)).data).toEqual(given);
    expect(told.slice(1)).toEqual(reading ? [{ key: 'consumer-1', message: HELLO }] : []);
  }
});

it('lets pass what it cannot read or write', async () => {
  const { scope, told, send: add } = startWorker();
  const send = connect(scope, { direction: 'send', key: 'video', codec: 'vp8' });
  add({ source: 'video', message: HELLO, copies: 1 });
  const other = { ssrc: 1, mimeType: 'video/VP9' };
  expect(new Uint8Array((await send(frameOf(SLICE, other))).data)).toEqual(Uint8Array.from(SLICE));
  const broken = { ...frameOf(SLICE, { ssrc: 1 }), getMetadata: () => null as never };
  await expect(send(broken)).resolves.toBe(broken);
  await expect(send(frameOf(SLICE, other))).resolves.toBeDefined();
  expect(told).toEqual(['ready']);
});
