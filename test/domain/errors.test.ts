import { describe, expect, it } from 'vitest';
import { nonRetryableTypes } from '../../domain/engine.js';
import * as errors from '../../domain/errors.js';

const { ClawmillError, ...boundaries } = errors;

describe('errors', () => {
  it.each(Object.entries(boundaries))('%s bears its own name, for Temporal to record as the type', (name, Boundary) => {
    const error = new Boundary('what happened');
    expect(error).toBeInstanceOf(ClawmillError);
    expect(error.name).toBe(name);
    expect(error.message).toBe('what happened');
  });

  it('are not retryable unless whoever makes them says so', () => {
    expect(new errors.SandboxError('x').retryable).toBe(false);
    expect(new errors.SandboxError('x', { retryable: true }).retryable).toBe(true);
  });

  it('carry the next step and the cause, and no cause where there is none', () => {
    const cause = new Error('below');
    const error = new errors.StoreError('x', { nextStep: 'do this', cause });
    expect(error.nextStep).toBe('do this');
    expect(error.cause).toBe(cause);
    expect('cause' in new errors.StoreError('x')).toBe(false);
  });

  it('of wrong configuration, tasks and datasets are never retried, by name', () => {
    expect(nonRetryableTypes).toEqual(expect.arrayContaining(['ConfigError', 'TaskError', 'DatasetInvalid']));
  });
});
