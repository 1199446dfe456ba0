/** Where base models lie on this host. */
export interface Models {
  /** Rejects with ConfigError when there is no such model here. `sha256` is over its weights. */
  resolve(source: string): Promise<{ dir: string; sha256: string }>;
}
