import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { DatasetInvalid } from '../domain/errors.js';

/** RFC 8785: equal values have equal text, whatever the order of their keys. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined)
    throw new DatasetInvalid('a value that JSON cannot hold (undefined or a function) was to be stored');
  return text;
}

/** SHA-256 over the canonical JSON, 64 hex digits. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
