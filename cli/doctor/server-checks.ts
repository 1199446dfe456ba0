import { searchAttributes } from '../../domain/run-status.js';
import type { TemporalConfig } from '../../temporal.config.js';
import { commandLine } from '../command-line.js';
import { workersOf } from '../queue-workers.js';
import { queueRoles } from '../run-facts.js';
import { withSession, type Session } from '../session.js';
import { fail, look, ok, warn, type Finding } from './finding.js';

const weekSeconds = 7 * 86_400;

/** What the Temporal server must have. Where none answers, that is the one finding. */
export async function serverFindings(config: TemporalConfig): Promise<Finding[]> {
  try {
    return await withSession(config, async (session) => [
      ok(
        'Temporal',
        `${session.address}, namespace ${config.namespace}${session.uiUrl === undefined ? '' : `, UI ${session.uiUrl}`}`,
      ),
      await look('search attributes', () => attributes(session)),
      await look('retention', () => retention(session)),
      ...(await Promise.all(queueRoles.map((role) => look(`queue ${role}`, () => queue(session, role))))),
    ]);
  } catch (error) {
    const finding = fail('Temporal', error);
    // Nothing is wrong where the embedded server is only not up: commands that need it bring it up.
    return [config.addressGiven ? finding : { ...finding, state: 'warn' }];
  }
}

async function attributes({ connection, config }: Session): Promise<Finding> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: config.namespace });
  const missing = Object.values(searchAttributes).filter((name) => !(name in customAttributes));
  if (missing.length === 0) return ok('search attributes', Object.values(searchAttributes).join(', '));
  return warn(
    'search attributes',
    `not there yet: ${missing.join(', ')}`,
    'workers and run add them when they start, if they may',
  );
}

async function retention({ client, config }: Session): Promise<Finding> {
  const { config: namespace } = await client.workflowService.describeNamespace({ namespace: config.namespace });
  const seconds = Number(namespace?.workflowExecutionRetentionTtl?.seconds ?? 0);
  const words = `histories are kept for ${Math.round((seconds / 86_400) * 10) / 10} days`;
  if (seconds >= weekSeconds) return ok('retention', words);
  return warn('retention', words, `temporal operator namespace update -n ${config.namespace} --retention 90d`);
}

async function queue(session: Session, role: (typeof queueRoles)[number]): Promise<Finding> {
  const name = session.config.engine.queues[role];
  const workers = await workersOf(session, role, name);
  if (workers > 0) return ok(`queue ${role}`, `${workers} ${workers === 1 ? 'poller' : 'pollers'} on ${name}`);
  return warn(
    `queue ${role}`,
    `no worker on ${name}`,
    `${commandLine('worker', role)}, or ${commandLine('dev')} for all`,
  );
}
