import { createRequire } from 'node:module';

/** The one application that the test servers serve. Invented values. */
export const APPLICATION = {
  sdkAppId: 1_400_000_001,
  secretKey: '3f6b0c1d5a7e49f2b8c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829',
  cloudApi: { secretId: 'AKIDe2e0000000000000000000000000', secretKey: 'e2e-cloud-api-secret-key-000000' },
} as const;

interface SigApi {
  genUserSig(userId: string, expireSeconds: number): string;
  genPrivateMapKey(userId: string, expireSeconds: number, roomId: number, privileges: number): string;
}
interface SigModule {
  Api: new (sdkAppId: number, secretKey: string) => SigApi;
}

// The generator that backends use, as published: it has neither types nor an ESM form.
const { Api } = createRequire(import.meta.url)('tls-sig-api-v2') as SigModule;

export interface TicketOptions {
  readonly userId: string;
  readonly sdkAppId?: number;
  readonly secretKey?: string;
  readonly expireSeconds?: number;
  /** How long ago the ticket was made. */
  readonly ageSeconds?: number;
}

export function userSig({
  userId,
  sdkAppId = APPLICATION.sdkAppId,
  secretKey = APPLICATION.secretKey,
  expireSeconds = 86_400,
  ageSeconds = 0,
}: TicketOptions): string {
  // The generator asks the clock itself and cannot be told another time.
  const { now } = Date;
  Date.now = () => now() - ageSeconds * 1000;
  try {
    return new Api(sdkAppId, secretKey).genUserSig(userId, expireSeconds);
  } finally {
    Date.now = now;
  }
}

/** A permission ticket for one room, as a backend makes it. */
export function privateMapKey(
  userId: string,
  roomId: number,
  privileges: number,
  { expireSeconds = 300 }: { expireSeconds?: number } = {},
): string {
  const { sdkAppId, secretKey } = APPLICATION;
  return new Api(sdkAppId, secretKey).genPrivateMapKey(userId, expireSeconds, roomId, privileges);
}
