import { z } from 'zod';

/** What an agent can do in one step. Paths may be relative to the workspace or absolute inside the sandbox. */
export const toolCallSchema = z.discriminatedUnion('tool', [
  z.strictObject({ tool: z.literal('exec'), command: z.string() }),
  z.strictObject({ tool: z.literal('read'), path: z.string() }),
  z.strictObject({ tool: z.literal('write'), path: z.string(), content: z.string() }),
  z.strictObject({ tool: z.literal('edit'), path: z.string(), old: z.string(), new: z.string() }),
  z.strictObject({ tool: z.literal('list'), path: z.string() }),
  z.strictObject({ tool: z.literal('finish'), message: z.string() }),
]);
export type ToolCall = z.infer<typeof toolCallSchema>;
