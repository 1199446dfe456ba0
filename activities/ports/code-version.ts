import type { StageName } from '../../domain/stage.js';

/** A hash over the source that decides what a stage makes: part of the stage's key, so that changed code is not reused. */
export type CodeVersion = (stage: StageName) => Promise<string>;
