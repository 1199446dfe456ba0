import { hostname } from 'node:os';
import proto from '@temporalio/proto';
import type { TemporalConfig } from '../temporal.config.js';
import { queueRoles, type QueueRole } from './run-facts.js';
import type { Session } from './session.js';

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** A worker that waits for work asks again at least once a minute; the server remembers it for five. */
const heardWithinSeconds = 75;

interface Poller {
  identity?: string | null;
  lastAccessTime?: { seconds?: unknown } | null;
}

/** Which of a prefix's queues nobody polls, by role. */
export async function queuesWithoutWorker(
  session: Session,
  queues: TemporalConfig['engine']['queues'],
): Promise<QueueRole[]> {
  const counts = await Promise.all(queueRoles.map((role) => workersOf(session, role, queues[role])));
  return queueRoles.filter((_, index) => counts[index] === 0);
}

/** How many workers poll the queue now. */
export async function workersOf({ client, config }: Session, role: QueueRole, queue: string): Promise<number> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: config.namespace,
    taskQueue: { name: queue },
    taskQueueType:
      role === 'pipeline' ? TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW : TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  return pollers.filter((poller) => isPresent(poller)).length;
}

function isPresent({ identity, lastAccessTime }: Poller): boolean {
  const heardSecondsAgo = Date.now() / 1000 - Number(lastAccessTime?.seconds ?? 0);
  return heardSecondsAgo < heardWithinSeconds && !isDeadHere(identity ?? '');
}

/** Identities begin `pid@host`: of a worker of this host it can be told at once that it is gone. */
function isDeadHere(identity: string): boolean {
  const [, pid, host] = /^(\d+)@(\S+)/.exec(identity) ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
