import { z } from 'zod';

/** A SHA-256 digest as 64 lower-case hex digits. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

/** Names a blob of the store by its content. `bytes` is its size, so that a cut-off file is seen before it is hashed. */
export const blobRefSchema = z.strictObject({ sha256: sha256Schema, bytes: z.number().int().nonnegative() });
export type BlobRef = z.infer<typeof blobRefSchema>;
