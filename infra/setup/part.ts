import { type PartRecord } from './records.js';

export const partNames = ['tools', 'python', 'temporal', 'temporal-test-server', 'sandbox', 'model'] as const;
export type PartName = (typeof partNames)[number];

export interface PartContext {
  cacheDir: string;
  /** One line for the user. */
  log: (line: string) => void;
  /** Path that an earlier part made; throws where it did not. */
  path: (part: PartName, name: string) => string;
}

/** One thing that set-up installs. Parts that do not need each other are prepared at the same time. */
export interface Part {
  readonly name: PartName;
  readonly needs: readonly PartName[];
  /** Changes whenever something else would be installed. Cheap: computed on every command. */
  key(): string;
  /** What `prepare` is about to do, for people. */
  readonly purpose: string;
  /** Whether what was recorded is still there and whole. Cheap. */
  present(record: PartRecord, cacheDir: string): boolean | Promise<boolean>;
  /** Installs, and tells what locateParts will give out. */
  prepare(context: PartContext): Promise<Omit<PartRecord, 'seconds'>>;
}
