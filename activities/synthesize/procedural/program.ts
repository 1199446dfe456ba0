import type { Random } from '../../../domain/seed.js';
import type { WorkspaceFile } from '../../../domain/task/workspace.js';
import type { Persona } from './personas/persona.js';

/** What has to be in the workspace when the work is done: the verifier's checks and the oracle's calls both follow from it. */
export type Expected =
  /** A file holding one integer. */
  | { form: 'number'; path: string; value: number }
  /** A file holding one line; `among` lists every line that would be a sensible answer, right or wrong. */
  | { form: 'line'; path: string; text: string; among: string[] }
  /** A text file; `squeeze` reads runs of blanks as one. */
  | { form: 'lines'; path: string; lines: string[]; ordered: boolean; squeeze: boolean }
  /** A CSV file. */
  | { form: 'table'; path: string; header: string[]; rows: string[][]; ordered: boolean }
  /** An input changed in place: every line of `old` became the line of `new` at the same index. */
  | { form: 'edited'; path: string; old: string[]; new: string[] }
  | { form: 'moved'; moves: { from: string; to: string }[] };

/** One filled-in program: everything about a task except how it is worded. */
export interface Program {
  persona: Persona;
  /** Inputs and distractors. */
  files: WorkspaceFile[];
  /** What the wordings name, by placeholder. */
  facts: Record<string, string>;
  expected: Expected[];
  /** Shell commands that do the work, as a person would type them. */
  commands: string[];
}

/** A kind of task. Kinds differ in their operations; several share single ones. */
export interface Kind {
  name: string;
  category: string;
  operations: readonly string[];
  /** Templates with {placeholders} from the program's facts; each tells every fact that is needed. */
  wordings: readonly string[];
  program(random: Random): Program;
}
