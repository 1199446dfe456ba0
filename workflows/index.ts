/** What the pipeline worker bundles: the pipeline, and one workflow a stage under the stage's name. */
export { pipeline } from './pipeline.js';
export { synthesize } from './synthesize.js';
export { execute } from './execute.js';
export { verify } from './verify.js';
export { filter } from './filter.js';
export { sft } from './sft.js';
export { rl } from './rl.js';
export { bench } from './bench.js';
