import { ApplicationFailure, CancelledFailure, CompleteAsyncError } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import { PolicyUnreachable } from '../../activities/ports/model-errors.js';
import { ConfigError, SandboxError, StoreError, TrainerError } from '../../domain/errors.js';
import { toFailure } from '../../workers/activity-context.js';

describe('what Temporal is told of a failure', () => {
  it('is our class as the type, with message, next step and whether to try again', () => {
    const error = new StoreError('store: /x: the disk is full (ENOSPC)', { nextStep: 'free some space' });
    const failure = toFailure(error) as ApplicationFailure;
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      type: 'StoreError',
      nonRetryable: true,
      details: ['free some space'],
      cause: error,
    });
    expect(failure.message).toBe('store: /x: the disk is full (ENOSPC)');
  });

  it('lets Temporal try again what whoever made the error called retryable', () => {
    expect(toFailure(new SandboxError('x', { retryable: true }))).toMatchObject({ nonRetryable: false, details: [] });
    expect(toFailure(new PolicyUnreachable('x', { retryable: true }))).toMatchObject({ type: 'PolicyUnreachable' });
  });

  it("is the trainer's own exception class where it names one, and then its words alone", () => {
    const failure = toFailure(new TrainerError('LossNotFinite: loss is nan at step 3', { retryable: false }));
    expect(failure).toMatchObject({ type: 'LossNotFinite', message: 'loss is nan at step 3', nonRetryable: true });
  });

  it.each<[Error, string]>([
    [new TrainerError('the trainer ended with 1:\nValueError: x', { retryable: true }), 'TrainerError'],
    [new ConfigError('Seed: must be a number'), 'ConfigError'],
  ])('keeps class and words of %s, which only look like that', (error, type) => {
    expect(toFailure(error)).toMatchObject({ type, message: error.message });
  });

  it.each([new TypeError('a mistake'), new CancelledFailure('cancelled'), new CompleteAsyncError(), 'words'])(
    'leaves %s as it is',
    (error) => {
      expect(toFailure(error)).toBe(error);
    },
  );
});
