import { z } from 'zod';

const count = z.number().int().positive();
const share = z.number().min(0).max(1);
const probability = z.number().min(0).max(1);

const modelSchema = z
  .strictObject({
    /** `embedded` (SmolLM2-135M-Instruct), or the path of a local Hugging Face model folder. */
    source: z.string().min(1).default('embedded'),
    precision: z.enum(['auto', 'bf16', 'fp32']).default('auto'),
  })
  .prefault({});

const sandboxSchema = z
  .strictObject({
    memoryMb: count.max(65_536).default(512),
    pids: count.max(4096).default(128),
    diskMb: count.max(16_384).default(64),
    inodes: count.max(1_000_000).default(4096),
    openFiles: count.max(65_536).default(256),
    actionSeconds: z.number().positive().max(600).default(20).describe('deadline of one tool call'),
    outputKb: count.max(1024).default(8).describe('kept of stdout and of stderr, each'),
  })
  .prefault({});

const synthesizeSchema = z
  .strictObject({
    route: z.literal('procedural').default('procedural'),
    tasks: count.max(100_000).default(200).describe('candidate tasks to make'),
    retellings: count.max(8).default(1).describe('wordings of one program; they share a family'),
    kinds: z.array(z.string()).min(1).optional().describe('only these kinds of task; all when absent'),
    batch: count.max(1000).default(100),
  })
  .prefault({});

const executeSchema = z
  .strictObject({
    agents: z
      .array(z.enum(['oracle', 'null', 'teacher']))
      .min(1)
      .default(['oracle', 'null', 'teacher']),
    batch: count.max(250).default(50).describe('tasks in one batch activity'),
    concurrency: count.max(64).default(4).describe('attempts at once inside a batch'),
    maxSteps: count.max(200).default(20),
  })
  .prefault({});

const verifySchema = z
  .strictObject({
    repeats: count.max(10).default(2).describe('verifier runs on one snapshot'),
    concurrency: count.max(64).default(4),
  })
  .prefault({});

const filterSchema = z
  .strictObject({
    nearDuplicate: share.default(0.9).describe('MinHash similarity at and above which the later task is dropped'),
    rewardAbove: share.default(0.5).describe('a trajectory is trained on when its reward is above this'),
    heldOutShare: share.default(0.15),
    unseenPaths: z
      .union([z.strictObject({ share }), z.array(z.string()).min(1)])
      .default({ share: 0.15 })
      .describe('operation paths (or kinds) never trained on: named, or a share chosen by seed'),
  })
  .prefault({});

const loraSchema = z
  .strictObject({ rank: count.max(1024).default(32), alpha: z.number().positive().default(64) })
  .prefault({});

const sftSchema = z
  .strictObject({
    method: z.enum(['lora', 'full']).default('lora'),
    lora: loraSchema,
    learningRate: z.number().positive().max(1).default(1e-3),
    warmupRatio: share.default(0.05),
    batchSize: count.max(4096).default(8),
    epochs: z.number().positive().max(100).default(1),
    maxSteps: count.optional(),
    maxTokens: count.default(1024).describe('longer examples are dropped and counted'),
    checkpointEverySteps: count.default(25),
  })
  .prefault({});

const rlSchema = z
  .strictObject({
    iterations: z.number().int().nonnegative().default(4),
    tasksPerIteration: count.default(8),
    attemptsPerTask: count.min(2).default(6),
    temperature: z.number().positive().max(2).default(0.8),
    loss: z.enum(['grpo', 'dapo', 'dr_grpo']).default('dapo'),
    lora: loraSchema,
    learningRate: z.number().positive().max(1).default(4e-5),
    clipLow: z.number().positive().default(0.2),
    clipHigh: z.number().positive().default(0.28),
    importanceCap: z.number().positive().default(2),
    scaleByStd: z.boolean().default(true),
    minibatches: count.default(2),
    maxGradientNorm: z.number().positive().default(1),
  })
  .prefault({});

const policySchema = z
  .strictObject({
    slots: count.max(512).default(16).describe('sequences decoded together'),
    contextTokens: count.default(768),
    maxTurnTokens: count.default(96).describe('sampled tokens in one turn'),
    maxSteps: count.max(200).default(4),
    maxMalformed: count.default(2).describe('unreadable turns before an attempt ends'),
    attemptSeconds: z.number().positive().default(600),
    concurrency: count.max(512).default(16).describe('attempts in flight'),
  })
  .prefault({});

const benchSchema = z
  .strictObject({
    tasksPerSplit: count.default(60).describe('of held-out, and of unseen'),
    repeats: count.max(100).default(1),
    temperature: z.number().min(0).max(2).default(0).describe('0 is greedy'),
    confidence: probability.default(0.95),
  })
  .prefault({});

/** What the user writes (YAML). Every key has a default; an unknown key is an error. */
export const runConfigSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens, 40 at most')
    .describe('names the run and shows in the Temporal UI'),
  seed: z.number().int().nonnegative().max(4_294_967_295).default(1),
  tags: z.array(z.string().min(1).max(40)).max(10).default([]),
  model: modelSchema,
  sandbox: sandboxSchema,
  synthesize: synthesizeSchema,
  execute: executeSchema,
  verify: verifySchema,
  filter: filterSchema,
  sft: sftSchema,
  rl: rlSchema,
  policy: policySchema,
  bench: benchSchema,
});
export type RunConfig = z.infer<typeof runConfigSchema>;
