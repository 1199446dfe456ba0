/** The stages in order. A stage has this name in the config, its workflow, its activities, its ledger and the CLI. */
export const stageNames = ['synthesize', 'execute', 'verify', 'filter', 'sft', 'rl', 'bench'] as const;
export type StageName = (typeof stageNames)[number];

export function isStageName(text: string): text is StageName {
  return (stageNames as readonly string[]).includes(text);
}

/** `pipeline/<runId>` and `pipeline/<runId>/<n>-<stage>`: what the Temporal UI lists. */
export function pipelineWorkflowId(runId: string): string {
  return `pipeline/${runId}`;
}

export function stageWorkflowId(runId: string, stage: StageName): string {
  return `${pipelineWorkflowId(runId)}/${String(stageNames.indexOf(stage) + 1)}-${stage}`;
}
