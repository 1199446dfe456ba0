/** A whole run in about a minute: few tasks, a model made from scratch, few steps. It shows that the parts fit, not learning. */
export function tinyRun(model: string, changes: Record<string, Record<string, unknown>> = {}): Record<string, unknown> {
  const config: Record<string, Record<string, unknown>> = {
    model: { source: model, precision: 'fp32' },
    synthesize: { tasks: 62, batch: 31 },
    execute: { batch: 31, concurrency: 2 },
    filter: { heldOutShare: 0.2, unseenPaths: { share: 0.2 } },
    sft: { maxSteps: 40, epochs: 20, batchSize: 4, checkpointEverySteps: 4, lora: { rank: 4, alpha: 8 } },
    rl: { iterations: 3, tasksPerIteration: 2, attemptsPerTask: 2, lora: { rank: 4, alpha: 8 } },
    policy: { slots: 4, contextTokens: 1024, maxTurnTokens: 12, maxSteps: 2, concurrency: 4 },
    bench: { tasksPerSplit: 3 },
  };
  for (const [section, values] of Object.entries(changes)) config[section] = { ...config[section], ...values };
  return { name: 'tiny', seed: 3, ...config };
}
