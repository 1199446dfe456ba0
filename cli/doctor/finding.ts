import { ClawmillError } from '../../domain/errors.js';

/** What one check found. A `warn` lets runs go on; a `fail` does not. */
export interface Finding {
  check: string;
  state: 'ok' | 'warn' | 'fail';
  found: string;
  nextStep?: string;
}

export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found };
}

export function warn(check: string, found: string, nextStep: string): Finding {
  return { check, state: 'warn', found, nextStep };
}

export function fail(check: string, error: unknown): Finding {
  const found = error instanceof Error ? error.message : String(error);
  const nextStep = error instanceof ClawmillError ? error.nextStep : undefined;
  return { check, state: 'fail', found, ...(nextStep === undefined ? {} : { nextStep }) };
}

/** Runs a check whose errors are its findings. */
export async function look(check: string, work: () => Promise<Finding> | Finding): Promise<Finding> {
  try {
    return await work();
  } catch (error) {
    return fail(check, error);
  }
}
