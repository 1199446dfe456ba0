/** A column of small integers. */
export interface Measure {
  name: string;
  low: number;
  high: number;
}

/**
 * Who asks, and the words of their trade. Names are short plain words, because they are copied into commands: no quotes,
 * no blanks, no SQL keywords, and none a part of another within one list.
 */
export interface Persona {
  id: string;
  /** A sentence: who is asking. */
  intro: string;
  /** Noun phrases that fit after "for". */
  reasons: readonly string[];
  /** The list they keep, one row for each of `keys`. */
  table: {
    file: string;
    /** Noun phrase that fits after "I keep". */
    about: string;
    key: string;
    keys: readonly string[];
    groups: Readonly<Record<string, readonly string[]>>;
    measures: readonly Measure[];
  };
  /** What their programs are set to, each with values to choose from. */
  settings: Readonly<Record<string, readonly string[]>>;
  /** Names the settings and log files. */
  system: string;
  /** Parts of the system that write log lines. */
  services: readonly string[];
  /** What such a line says. */
  events: readonly string[];
  /** Words to replace in a text, and what by. */
  terms: readonly (readonly [string, string])[];
  /** Sentences for that text; {term} is never at their start. */
  sentences: readonly string[];
  /** Names the text. */
  document: string;
  /** Things to be done, for notes. */
  chores: readonly string[];
}
