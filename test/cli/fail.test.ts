import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { failureOf, Interrupted } from '../../cli/fail.js';
import { ConfigError, DatasetInvalid, EngineError, StoreError } from '../../domain/errors.js';

describe('exit codes', () => {
  it.each<[string, Error, number]>([
    ['a wrong config', new ConfigError('x'), 2],
    ['a command line that is none', new CommanderError(1, 'commander.unknownOption', 'x'), 2],
    ['help', new CommanderError(0, 'commander.helpDisplayed', 'x'), 0],
    ['an absent engine', new EngineError('x'), 4],
    ['a full store', new StoreError('x'), 4],
    ['an unusable dataset', new DatasetInvalid('x'), 1],
    ['Ctrl-C', new Interrupted('x'), 130],
    ['what nobody expected', new TypeError('x'), 1],
  ])('tell %s', (_, error, exitCode) => {
    expect(failureOf(error).exitCode).toBe(exitCode);
  });
});

it('passes on the next step that an error knows', () => {
  expect(failureOf(new ConfigError('wrong', { nextStep: 'correct it' }))).toMatchObject({
    message: 'wrong',
    nextStep: 'correct it',
  });
});

it('puts gRPC errors into words', () => {
  const error = Object.assign(new Error('14 UNAVAILABLE: no connection'), {
    code: 14,
    details: 'no connection',
    metadata: {},
  });
  expect(failureOf(error)).toMatchObject({ exitCode: 4, message: expect.stringContaining('no connection') });
});
