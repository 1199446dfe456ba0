/**
 * An append-only record of finished items, keyed by item id: the truth on resume. What was appended survives the end of the
 * process; a torn last line (killed while writing) is dropped on opening, so the item counts as not done.
 */
export interface Ledger {
  /** Values by id, as found on opening and appended since. */
  readonly entries: ReadonlyMap<string, unknown>;
  append(id: string, value: unknown): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerFactory {
  /** `name` is a slash-separated key; one writer at a time. */
  open(name: string): Promise<Ledger>;
}
