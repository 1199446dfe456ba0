import { z } from 'zod';
import { toolCallSchema } from '../attempt/tool-call.js';
import { workspaceSchema } from './workspace.js';

/** Hidden code. It runs in a fresh sandbox on the attempt's snapshot and prints one flat JSON object {check: 0..1}. */
export const verifierSchema = z.strictObject({
  /** Placed under /verifier, which the agent's sandbox never has. */
  files: workspaceSchema,
  /** Run with /workspace as working directory; the last non-empty stdout line is the JSON object. */
  command: z.array(z.string()).min(1),
  timeoutSeconds: z.number().positive().max(600).default(30),
});
export type Verifier = z.infer<typeof verifierSchema>;

/** Where a task came from: enough to make it again. */
export const provenanceSchema = z.strictObject({
  route: z.enum(['procedural']),
  /** The generator's kind, e.g. `csv-sum`. */
  kind: z.string(),
  /** The seed of the program (workspace, answer); retellings of one program share it. */
  seed: z.number().int().nonnegative(),
  /** Which wording of the program this is, from 0. */
  retelling: z.number().int().nonnegative(),
});

/** instruction + workspace + verifier, with an oracle that scores 1 and a teacher's demonstration. */
export const taskSchema = z.strictObject({
  /** `t-` and 16 hex digits of the hash over everything else. */
  id: z.string().regex(/^t-[0-9a-f]{16}$/),
  /** Tasks of one parent: same program and data. Never split between train and bench. */
  family: z.string().min(1),
  /** Operations in order, e.g. `['csv.read', 'rows.filter', 'column.sum', 'text.write']`. */
  operations: z.array(z.string()).min(1),
  category: z.string().min(1),
  persona: z.string().min(1),
  instruction: z.string().min(1).max(20_000),
  workspace: workspaceSchema,
  verifier: verifierSchema,
  /** Reference solution: writes the expected result straight down. */
  oracle: z.array(toolCallSchema).min(1),
  /** How a competent person would do it at a shell: what SFT learns from, once it has passed. */
  teacher: z.array(toolCallSchema).min(1),
  provenance: provenanceSchema,
});
export type Task = z.infer<typeof taskSchema>;

/** The operation path as one word: what "held-out" and "unseen" are told apart by. */
export function operationPath(task: Pick<Task, 'operations'>): string {
  return task.operations.join('>');
}
