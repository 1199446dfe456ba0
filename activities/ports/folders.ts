/** Folders of this host that processes without a store (the trainer) read and write. */
export interface Folders {
  /** A folder by name, created if need be: kept from try to try, so that a killed job finds its own checkpoints. */
  work(name: string): Promise<string>;
  /** Regular files below `dir`, sorted, as relative paths. */
  list(dir: string): Promise<string[]>;
  /** Fills a folder aside and renames it; one that is there already is left as it is. Resolves with its path. */
  fillOnce(name: string, fill: (dir: string) => Promise<void>): Promise<string>;
  writeLines(path: string, lines: readonly unknown[]): Promise<void>;
  /** True when `name` lies in `dir`. */
  has(dir: string, name: string): Promise<boolean>;
  remove(dir: string): Promise<void>;
}
