import type { BlobRef } from '../../domain/ids.js';

/**
 * Content-addressed blobs, and names that point to them. Writes are atomic: a reader sees the whole or nothing. Reads are
 * verified against size and hash. All methods reject with StoreError.
 */
export interface Store {
  putBytes(bytes: Uint8Array): Promise<BlobRef>;
  /** Canonical JSON (RFC 8785), so equal values have equal refs. */
  putJson(value: unknown): Promise<BlobRef>;
  /** One canonical JSON value a line. */
  putLines(values: readonly unknown[]): Promise<BlobRef>;
  /** Copies a file in, streaming. */
  putFile(path: string): Promise<BlobRef>;
  getBytes(ref: BlobRef): Promise<Uint8Array>;
  /** Unvalidated JSON: parse it with the schema of what you expect. */
  getJson(ref: BlobRef): Promise<unknown>;
  getLines(ref: BlobRef): Promise<unknown[]>;
  /** Makes the blob's content available read-only at `path` (a link or a copy), verified. */
  getFile(ref: BlobRef, path: string): Promise<void>;
  /** Points `name` (a slash-separated key) at a JSON value, replacing what was there. */
  setName(name: string, value: unknown): Promise<void>;
  /** The value, or undefined where the name is not set. */
  getName(name: string): Promise<unknown>;
  listNames(prefix: string): Promise<string[]>;
}
