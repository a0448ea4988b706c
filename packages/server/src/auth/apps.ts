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

/** The key pairs of one application. */
export type AppKeys = Pick<App, 'sdkAppId' | 'cloudApi'>;

/** What a key pair may do: act for these applications. */
export interface KeyHolder {
  readonly secretId: string;
  readonly secretKey: string;
  readonly sdkAppIds: ReadonlySet<number>;
}

/** The applications of this server. One key pair may serve several of them, as one Tencent account does. */
export class AppRegistry {
  readonly #apps = new Map<number, App>();
  #keys: ReadonlyMap<string, KeyHolder>;

  /** @throws Error when two apps have one SDKAppID, or one secretId has two secret keys. */
  constructor(apps: readonly App[]) {
    for (const app of apps) {
      if (this.#apps.has(app.sdkAppId)) throw new Error(`SDKAppID ${app.sdkAppId} is configured twice`);
      this.#apps.set(app.sdkAppId, app);
    }
    this.#keys = holdersOf(apps);
  }

  /**
   * Replaces the key pairs of applications, all at once: those that are not in the lists are refused from now on.
   *
   * @throws Error, and changes nothing, for an app that is not known, and when one secretId has two secret keys
   */
  replaceKeys(changes: readonly AppKeys[]): void {
    const apps = new Map(this.#apps);
    for (const { sdkAppId, cloudApi } of changes) {
      const app = apps.get(sdkAppId);
      if (!app) throw new Error(`there is no SDKAppID ${sdkAppId}`);
      apps.set(sdkAppId, { ...app, cloudApi });
    }
    this.#keys = holdersOf([...apps.values()]);
    for (const [sdkAppId, app] of apps) this.#apps.set(sdkAppId, app);
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
}

/** Who holds which key pair. @throws Error when one secretId has two secret keys */
function holdersOf(apps: readonly AppKeys[]): ReadonlyMap<string, KeyHolder> {
  const holders = new Map<string, KeyHolder & { readonly sdkAppIds: Set<number> }>();
  for (const { sdkAppId, cloudApi } of apps)
    for (const { secretId, secretKey } of cloudApi) {
      const known = holders.get(secretId);
      if (known && known.secretKey !== secretKey)
        throw new Error(`the Cloud API secretId ${secretId} is configured with two different secret keys`);
      if (known) known.sdkAppIds.add(sdkAppId);
      else holders.set(secretId, { secretId, secretKey, sdkAppIds: new Set([sdkAppId]) });
    }
  return holders;
}
