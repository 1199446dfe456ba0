import { execa } from 'execa';

/** Name of the first NVIDIA device that the driver lists, or undefined where there is none. */
export async function graphicsCard(): Promise<string | undefined> {
  try {
    const { stdout } = await execa('nvidia-smi', ['-L'], { stdin: 'ignore', timeout: 10_000 });
    return /^GPU \d+: (.*?)(?: \(UUID.*)?$/m.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/** `auto` becomes CUDA where a card answers, else the CPU, by name: a gpu worker never falls back to it by itself. */
export async function chooseDevice(wanted: 'auto' | 'cpu' | 'cuda'): Promise<{ device: 'cpu' | 'cuda'; why: string }> {
  if (wanted !== 'auto') return { device: wanted, why: `device ${wanted}, as asked for` };
  const card = await graphicsCard();
  return card === undefined
    ? { device: 'cpu', why: 'device cpu: nvidia-smi finds no GPU' }
    : { device: 'cuda', why: `device cuda: ${card}` };
}
