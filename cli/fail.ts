import { isGrpcServiceError, NamespaceNotFoundError } from '@temporalio/client';
import { CommanderError } from 'commander';
import { ClawmillError, ConfigError, EngineError, SandboxError, StoreError, TrainerError } from '../domain/errors.js';
import { exitCodes } from './exit-codes.js';
import { plainText } from './plain-text.js';

/** The user pressed Ctrl-C, or the process was told to end. */
export class Interrupted extends Error {}

export interface Failure {
  exitCode: number;
  /** Empty where everything has been said already. */
  message: string;
  nextStep?: string;
}

/** The one place where errors become words and exit codes. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput, message: '' };
  if (error instanceof Interrupted) return { exitCode: exitCodes.interrupted, message: error.message };
  if (error instanceof ClawmillError) {
    const failure = { exitCode: exitCodeOf(error), message: error.message };
    return error.nextStep === undefined ? failure : { ...failure, nextStep: error.nextStep };
  }
  return (
    temporalFailure(error) ?? {
      exitCode: exitCodes.failed,
      message: `unexpected: ${messageOf(error)}`,
      nextStep: 'run it again with --verbose for the details',
    }
  );
}

/** Prints the failure on stderr and says what to exit with. */
export function reportFailure(error: unknown, verbose: boolean): number {
  const { exitCode, message, nextStep } = failureOf(error);
  if (message !== '') process.stderr.write(`${plainText(message)}\n`);
  if (nextStep !== undefined) process.stderr.write(`next: ${plainText(nextStep)}\n`);
  if (verbose && error instanceof Error && error.stack !== undefined)
    process.stderr.write(`${plainText(error.stack)}\n`);
  return exitCode;
}

function exitCodeOf(error: ClawmillError): number {
  if (error instanceof ConfigError) return exitCodes.badInput;
  const infrastructure = [EngineError, StoreError, SandboxError, TrainerError].some((kind) => error instanceof kind);
  return infrastructure ? exitCodes.infrastructure : exitCodes.failed;
}

/** gRPC's own words name no next step. */
function temporalFailure(error: unknown): Failure | undefined {
  const exitCode = exitCodes.infrastructure;
  if (error instanceof NamespaceNotFoundError) {
    return {
      exitCode,
      message: `the Temporal server has no namespace "${error.namespace}"`,
      nextStep: 'create it, or correct TEMPORAL_NAMESPACE',
    };
  }
  const grpc = [error, (error as Error | undefined)?.cause].find(isGrpcServiceError);
  if (!grpc) return undefined;
  return {
    exitCode,
    message: `the Temporal server refused or did not answer: ${grpc.details || grpc.message}`,
    nextStep: 'see that it runs and that address, namespace, TLS and key are right (TEMPORAL_*)',
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
