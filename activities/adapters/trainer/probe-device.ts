import { execa } from 'execa';
import { EngineError } from '../../../domain/errors.js';

const probe = `
import json, torch
available = torch.cuda.is_available()
print(json.dumps({"cuda": available, "name": torch.cuda.get_device_name(0) if available else "", "torch": torch.__version__}))
`;

/** Asks torch for a CUDA device. Without one, `auto` and `cuda` reject with EngineError; the CPU must be asked for by name. */
export async function probeDevice(
  wanted: 'auto' | 'cpu' | 'cuda',
  python: string,
): Promise<{ device: 'cpu' | 'cuda'; name: string }> {
  if (wanted === 'cpu') return { device: 'cpu', name: 'cpu' };
  const found = await askTorch(python);
  if (found.cuda) return { device: 'cuda', name: found.name };
  throw new EngineError(`no CUDA device: torch ${found.torch} sees none on this host`, {
    nextStep: 'run the gpu worker on a CUDA host, or ask for the CPU by name: --device cpu (CLAWMILL_DEVICE=cpu)',
  });
}

async function askTorch(python: string): Promise<{ cuda: boolean; name: string; torch: string }> {
  try {
    const { stdout } = await execa(python, ['-c', probe]);
    return JSON.parse(stdout) as { cuda: boolean; name: string; torch: string };
  } catch (error) {
    throw new EngineError(`torch cannot be loaded by ${python}: ${(error as Error).message}`, {
      cause: error,
      nextStep: 'npm run setup',
    });
  }
}
