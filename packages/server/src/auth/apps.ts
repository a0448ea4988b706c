/** A key pair with which a backend signs Cloud API requests. */
export interface CloudApiKey {
  readonly secretId: string;
  readonly secretKey: string;
}

/** One application (tenant) that this server serves. */
export interface App {
  readonly sdkAppId: number;
  /** The key that signs the tickets of its users. */
  readonly secretKey: string;
  readonly cloudApi: readonly CloudApiKey[];
  /** Whether every user needs a permission ticket. By default none does. */
  readonly privateMapKey?: 'off' | 'required';
}

/** What a key pair may do: act for these applications. */
export interface KeyHolder {
  readonly secretId: string;
  readonly secretKey: string;
  readonly sdkAppIds: ReadonlySet<number>;
}

/** The applications of this server. One key pair may serve several of them, as one Tencent account does. */
export class AppRegistry {
  readonly #apps = new Map<number, App>();
  readonly #keys = new Map<string, KeyHolder & { readonly sdkAppIds: Set<number> }>();

  /** @throws Error when two apps have one SDKAppID, or one secretId has two secret keys. */
  constructor(apps: readonly App[]) {
    for (const app of apps) {
      if (this.#apps.has(app.sdkAppId)) throw new Error(`SDKAppID ${app.sdkAppId} is configured twice`);
      this.#apps.set(app.sdkAppId, app);
      for (const key of app.cloudApi) this.#addKey(app.sdkAppId, key);
    }
  }

  get all(): readonly App[] {
    return [...this.#apps.values()];
  }

  find(sdkAppId: number): App | undefined {
    return this.#apps.get(sdkAppId);
  }

  findKey(secretId: string): KeyHolder | undefined {
    return this.#keys.get(secretId);
  }

  #addKey(sdkAppId: number, { secretId, secretKey }: CloudApiKey): void {
    const known = this.#keys.get(secretId);
    if (known && known.secretKey !== secretKey)
      throw new Error(`the Cloud API secretId ${secretId} is configured with two different secret keys`);
    if (known) known.sdkAppIds.add(sdkAppId);
    else this.#keys.set(secretId, { secretId, secretKey, sdkAppIds: new Set([sdkAppId]) });
  }
}
