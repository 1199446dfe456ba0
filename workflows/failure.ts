import { ApplicationFailure, TemporalFailure, TimeoutFailure } from '@temporalio/workflow';

export interface FailureReason {
  errorType: string;
  message: string;
  nextStep?: string;
}

/**
 * What the activity said, which is what the user can do something about; the layers around it say only where it came through, and
 * the causes below it lack its type and next step.
 */
export function failureReason(error: unknown): FailureReason {
  let inner = error;
  while (inner instanceof TemporalFailure && !(inner instanceof ApplicationFailure) && inner.cause instanceof Error)
    inner = inner.cause;
  if (inner instanceof ApplicationFailure) {
    const nextStep = inner.details?.[0];
    const reason = { errorType: inner.type ?? 'Error', message: inner.message };
    return typeof nextStep === 'string' ? { ...reason, nextStep } : reason;
  }
  if (inner instanceof TimeoutFailure) {
    return {
      errorType: 'Timeout',
      message: `no answer in time (${inner.timeoutType})`,
      nextStep: 'see that the workers run, then: clawmill resume RUN',
    };
  }
  return { errorType: 'Error', message: inner instanceof Error ? inner.message : String(inner) };
}
