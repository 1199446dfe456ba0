import { ApplicationFailure, CompleteAsyncError, Context } from '@temporalio/activity';
import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { Logger } from 'pino';
import type { Pulse } from '../activities/heartbeat.js';
import { ClawmillError } from '../domain/errors.js';

/** The running activity's heartbeat and cancellation. */
export function activityPulse(): Pulse {
  const context = Context.current();
  return {
    beat: (details) => {
      context.heartbeat(details);
    },
    signal: context.cancellationSignal,
  };
}

/** Logs each activity's end, and maps our errors, once, to Temporal failures: type, retryable or not, and the next step as detail. */
export function activityInterceptor(logger: Logger): ActivityInterceptorsFactory {
  return (context) => {
    const { activityType, attempt, workflowExecution } = context.info;
    const log = logger.child({ activity: activityType, attempt, workflow: workflowExecution?.workflowId });
    const inbound: ActivityInboundCallsInterceptor = {
      async execute(
        input: ActivityExecuteInput,
        next: Next<ActivityInboundCallsInterceptor, 'execute'>,
      ): Promise<unknown> {
        const started = performance.now();
        try {
          const result = await next(input);
          log.debug({ ms: Math.round(performance.now() - started) }, 'done');
          return result;
        } catch (error) {
          log.warn({ error: errorText(error), ms: Math.round(performance.now() - started) }, 'failed');
          throw toFailure(error);
        }
      },
    };
    return { inbound };
  };
}

/** The failure type is what the user reads first: our class, or the trainer's own exception class where it names one. */
export function toFailure(error: unknown): unknown {
  if (error instanceof CompleteAsyncError || !(error instanceof ClawmillError)) return error;
  const named = error.name === 'TrainerError' ? /^([A-Z]\w+): /.exec(error.message)?.[1] : undefined;
  return ApplicationFailure.create({
    message: named === undefined ? error.message : error.message.slice(named.length + 2),
    type: named ?? error.name,
    nonRetryable: !error.retryable,
    details: error.nextStep === undefined ? [] : [error.nextStep],
    cause: error,
  });
}

function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
