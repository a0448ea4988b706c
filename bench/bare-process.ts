import { createWorker } from 'mediasoup';
import type { Consumer, DtlsParameters, RtpParameters, WebRtcTransport } from 'mediasoup/types';
import { serve } from './lib/child.ts';

/**
 * mediasoup with nothing around it: what the forwarding figure is compared with. One worker, one router, the same
 * kinds of transports and codecs as the server's, and no more signalling than an IPC channel.
 */
const worker = await createWorker({ logLevel: 'error', disableLiburing: true });
const listenInfo = { ip: '127.0.0.1', port: 0 } as const;
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: [
    { protocol: 'udp', ...listenInfo },
    { protocol: 'tcp', ...listenInfo },
  ],
});
const router = await worker.createRouter({
  mediaCodecs: [
    { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
    { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  ],
});
const transports = new Map<string, WebRtcTransport>();
const consumers = new Map<string, Consumer>();

function find(transportId: string): WebRtcTransport {
  const transport = transports.get(transportId);
  if (!transport) {
    throw new Error('no such transport');
  }
  return transport;
}

serve({
  ready: { rtpCapabilities: router.rtpCapabilities },
  methods: {
    async transport() {
      const transport = await router.createWebRtcTransport({
        webRtcServer,
        enableUdp: true,
        enableTcp: true,
      });
      transports.set(transport.id, transport);
      const { id: transportId, iceParameters, iceCandidates, dtlsParameters } = transport;
      return { transportId, iceParameters, iceCandidates, dtlsParameters };
    },
    connect({ transportId, dtlsParameters }: { transportId: string; dtlsParameters: DtlsParameters }) {
      return find(transportId).connect({ dtlsParameters });
    },
    async produce(params: { transportId: string; kind: 'audio' | 'video'; rtpParameters: RtpParameters }) {
      const { transportId, kind, rtpParameters } = params;
      const { id } = await find(transportId).produce({ kind, rtpParameters });
      return { producerId: id };
    },
    async consume({ transportId, producerId }: { transportId: string; producerId: string }) {
      const { rtpCapabilities } = router;
      const consumer = await find(transportId).consume({ producerId, rtpCapabilities, paused: true });
      consumers.set(consumer.id, consumer);
      return {
        consumerId: consumer.id,
        producerId,
        kind: consumer.kind,
        rtpParameters: consumer.rtpParameters,
      };
    },
    resume({ consumerId }: { consumerId: string }) {
      return consumers.get(consumerId)?.resume();
    },
  },
  close() {
    worker.close();
    return Promise.resolve();
  },
});
