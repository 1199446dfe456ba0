import { z } from 'zod';
import { runConfigSchema } from '../domain/run-config.js';

/** JSON Schema of what a user may write, as examples/run-config.schema.json holds it. */
export function configSchemaText(): string {
  return `${JSON.stringify(z.toJSONSchema(runConfigSchema, { io: 'input' }), null, 2)}\n`;
}
