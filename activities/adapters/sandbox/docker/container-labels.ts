import type { ReapFilter, SandboxSpec } from '../../../ports/sandbox.js';
import { isRunning, type ProcessIdentity } from '../owner-process.js';

const PREFIX = 'clawmill.sandbox';

/** Marks every container of clawmill, whatever its state. */
export const SANDBOX_LABEL = `${PREFIX}=1`;

/** What the reaper goes by: they outlive this process. */
export function ownerLabels({ spec, owner }: { spec: SandboxSpec; owner: ProcessIdentity }): Record<string, string> {
  return {
    [PREFIX]: '1',
    [`${PREFIX}.run`]: spec.runId,
    [`${PREFIX}.attempt`]: spec.attemptId,
    [`${PREFIX}.expires`]: String(Date.now() + spec.lifetimeSeconds * 1000),
    [`${PREFIX}.owner`]: `${owner.pid}:${owner.startTime}`,
  };
}

/** As the port's ReapFilter says. */
export function labelsMatch(labels: Readonly<Record<string, string>>, { runId, expiredAt }: ReapFilter): boolean {
  if (runId !== undefined && labels[`${PREFIX}.run`] !== runId) return false;
  if (expiredAt === undefined) return true;
  return Number(labels[`${PREFIX}.expires`] ?? 0) <= expiredAt || !ownerIsRunning(labels[`${PREFIX}.owner`]);
}

function ownerIsRunning(label: string | undefined): boolean {
  const [pid, startTime] = label?.split(':') ?? [];
  return pid !== undefined && startTime !== undefined && isRunning({ pid: Number(pid), startTime });
}
