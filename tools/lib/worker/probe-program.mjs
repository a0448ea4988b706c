import { createRequire } from 'node:module';

// Run by probe.mjs: `probe-program.mjs <worker> <directory of mediasoup>`. Ends with 0 if the worker works.

const [workerBin, mediasoup] = process.argv.slice(2);

try {
  const { createWorker } = createRequire(import.meta.url)(mediasoup);
  const worker = await createWorker({ workerBin });
  const address = { ip: '127.0.0.1', port: 0 };
  await worker.createWebRtcServer({
    listenInfos: ['udp', 'tcp'].map((protocol) => ({ ...address, protocol })),
  });
  await worker.createRouter({
    mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
  });
  worker.close();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
