/** Secrets that all nodes share, and that outlive a restart. */
export interface SecretStore {
  /** A secret that is made at the first call and the same ever after; e.g. the key of resume tokens. */
  secret(name: string): Promise<Buffer>;
}
