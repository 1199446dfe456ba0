import { cpus, totalmem } from 'node:os';
import { graphicsCard } from './graphics-card.js';

export interface Machine {
  cores: number;
  memoryGb: number;
  cpu: string;
  node: string;
  gpu: string | null;
}

/** What the figures were measured on. */
export async function describeMachine(): Promise<Machine> {
  const cores = cpus();
  return {
    cores: cores.length,
    memoryGb: Math.round((totalmem() / 1e9) * 10) / 10,
    cpu: cores[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    gpu: (await graphicsCard()) ?? null,
  };
}
