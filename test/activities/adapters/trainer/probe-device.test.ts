import { describe, expect, it } from 'vitest';
import { probeDevice } from '../../../../activities/adapters/trainer/probe-device.js';
import { EngineError } from '../../../../domain/errors.js';
import { standIn } from './stand-in.js';

const torch = (cuda: boolean) =>
  standIn(`echo '{"cuda": ${String(cuda)}, "name": "H100", "torch": "2.9.0"}'`).command.python;

describe('the device of a gpu worker', () => {
  it('is the CUDA device that torch sees', async () => {
    expect(await probeDevice('auto', torch(true))).toEqual({ device: 'cuda', name: 'H100' });
    expect(await probeDevice('cuda', torch(true))).toEqual({ device: 'cuda', name: 'H100' });
  });

  it.each(['auto', 'cuda'] as const)(
    'is not quietly the CPU where torch sees none and %s was asked for',
    async (wanted) => {
      const error = (await probeDevice(wanted, torch(false)).catch((thrown: unknown) => thrown)) as EngineError;
      expect(error).toBeInstanceOf(EngineError);
      expect(error.message).toBe('no CUDA device: torch 2.9.0 sees none on this host');
      expect(error.nextStep).toContain('CLAWMILL_DEVICE=cpu');
    },
  );

  it('is the CPU when it is asked for by name, and torch is not even loaded', async () => {
    expect(await probeDevice('cpu', '/nowhere/python')).toEqual({ device: 'cpu', name: 'cpu' });
  });

  it.each([
    ['is not there', '/nowhere/python'],
    ['lacks torch', standInPath("echo 'ModuleNotFoundError: torch' >&2; exit 1")],
  ])('cannot be told when the interpreter %s: set-up is named', async (_name, python) => {
    const path = typeof python === 'string' ? python : python();
    const error = (await probeDevice('auto', path).catch((thrown: unknown) => thrown)) as EngineError;
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toContain(`torch cannot be loaded by ${path}`);
    expect(error.nextStep).toBe('npm run setup');
  });
});

/** Made when the test runs, for its folder is the test's. */
function standInPath(script: string): () => string {
  return () => standIn(script).command.python;
}
