import { createRequire } from 'node:module';

/** The one application that benchmark servers serve. Invented values, never valid elsewhere. */
export const BENCH_APP = {
  sdkAppId: 1_400_000_002,
  secretKey: 'bench-only-0f3c5a7e9b1d2f4a6c8e0b2d4f6a8c0e',
  cloudApi: { secretId: 'AKIDbench0000000000000000000000', secretKey: 'bench-only-cloud-api-key-0000000' },
} as const;

interface SigModule {
  readonly Api: new (
    sdkAppId: number,
    secretKey: string,
  ) => { genUserSig(userId: string, seconds: number): string };
}

// The official generator is CommonJS without types.
const { Api }: SigModule = createRequire(import.meta.url)('tls-sig-api-v2');
const api = new Api(BENCH_APP.sdkAppId, BENCH_APP.secretKey);

/** A ticket for one day. */
export function userSig(userId: string): string {
  return api.genUserSig(userId, 86_400);
}
