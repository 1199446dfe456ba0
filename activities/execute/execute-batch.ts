import type { AgentName, Attempt } from '../../domain/attempt/attempt.js';
import type { BlobRef } from '../../domain/ids.js';
import type { RunConfig } from '../../domain/run-config.js';
import { taskSchema, type Task } from '../../domain/task/task.js';
import { playAttempt, type SandboxSource } from '../attempt/play-attempt.js';
import { lifetimeSeconds, sandboxLimits, toolLimits } from '../attempt/limits.js';
import { playScript } from '../attempt/scripted-agent.js';
import { runBatch } from '../batch.js';
import type { Pulse } from '../heartbeat.js';
import type { LedgerFactory } from '../ports/ledger.js';
import type { Store } from '../ports/store.js';
import type { BatchInput, BatchOutput } from '../stage-io.js';

export interface ExecuteDeps {
  store: Store;
  ledgers: LedgerFactory;
  sandboxes: SandboxSource;
}

interface Item {
  id: string;
  task: Task;
  agent: AgentName;
}

/** The scripted agents (oracle, null, teacher) on every task of one chunk. */
export async function executeBatch(
  input: BatchInput<{ tasks: BlobRef }>,
  deps: ExecuteDeps,
  pulse: Pulse,
): Promise<BatchOutput> {
  const { config, runId } = input;
  const tasks = (await deps.store.getLines(input.inputs.tasks)).map((line) => taskSchema.parse(line));
  const items = tasks.flatMap((task) =>
    config.execute.agents.map((agent): Item => ({ id: `${task.id}.${agent}.0`, task, agent })),
  );
  const ledger = await deps.ledgers.open(`${input.key}/${String(input.index)}`);
  try {
    const attempts = await runBatch<Item, Attempt>({
      items,
      id: (item) => item.id,
      work: (item) => playScripted(item, runId, config, deps),
      ledger,
      concurrency: config.execute.concurrency,
      pulse,
    });
    return { chunk: await deps.store.putLines(attempts), count: attempts.length };
  } finally {
    await ledger.close();
  }
}

function playScripted(
  { id, task, agent }: Item,
  runId: string,
  config: RunConfig,
  deps: ExecuteDeps,
): Promise<Attempt> {
  const calls = agent === 'oracle' ? task.oracle : agent === 'teacher' ? task.teacher : [];
  const bounded = calls.slice(0, config.execute.maxSteps);
  const plan = {
    id,
    runId,
    agent,
    index: 0,
    sandbox: sandboxLimits(config),
    lifetimeSeconds: lifetimeSeconds(config, bounded.length),
  };
  return playAttempt(task, plan, deps, (sandbox) => playScript(task, bounded, sandbox, toolLimits(config)));
}
