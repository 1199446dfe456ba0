import { SandboxError } from '../../../domain/errors.js';
import type { Sandbox, SandboxDriver, SandboxSpec } from '../../ports/sandbox.js';
import { CreateGate } from './create-gate.js';
import { WarmShelf } from './warm-shelf.js';

export interface SandboxPoolOptions {
  /** How many are kept ready for each kind (run and limits) in use. 0: each is made when it is asked for. */
  warm: number;
  /** Sandboxes being created at once, whoever waits for them. */
  concurrentCreates?: number;
  /** Told when a sandbox could not be made ahead, or removed; whoever asks next makes its own, and gets the error. */
  onError?: (error: unknown) => void;
}

/** Kinds kept warm at once: what runs now, and what ran before it. */
const MOST_KINDS = 2;

/**
 * Sandboxes made ahead. Each is used once: acquire, use, destroy. The place of one that was taken is filled in the
 * background, and never by one that was used. What is warm is what was asked for last.
 */
export class SandboxPool {
  /** In order of use, the last one last. */
  private readonly shelves = new Map<string, WarmShelf>();
  private readonly gate: CreateGate;
  private closed = false;

  constructor(
    private readonly driver: SandboxDriver,
    private readonly options: SandboxPoolOptions,
  ) {
    this.gate = new CreateGate(options.concurrentCreates ?? 4);
  }

  /** A fresh sandbox, which the caller destroys. Rejects with SandboxError. */
  async acquire(spec: SandboxSpec): Promise<Sandbox> {
    if (this.closed) throw new SandboxError('The sandbox pool is shut down', { retryable: true });
    return this.shelfFor(spec).take(spec) ?? this.create(spec);
  }

  /** Gives a fresh sandbox to `work` and destroys it, whatever comes. */
  async use<T>(spec: SandboxSpec, work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    const sandbox = await this.acquire(spec);
    try {
      return await work(sandbox);
    } finally {
      await sandbox.destroy();
    }
  }

  /** Destroys what is ready or being made. Sandboxes in use are their users'. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.shelves.values()].map((shelf) => shelf.close()));
    this.shelves.clear();
  }

  private shelfFor({ runId, limits }: SandboxSpec): WarmShelf {
    const kind = JSON.stringify([runId, Object.entries(limits).sort()]);
    const shelf = this.shelves.get(kind) ?? this.newShelf();
    this.shelves.delete(kind);
    this.shelves.set(kind, shelf);
    const [oldest] = this.shelves;
    if (this.shelves.size > MOST_KINDS && oldest !== undefined) {
      this.shelves.delete(oldest[0]);
      void oldest[1].close();
    }
    return shelf;
  }

  private newShelf(): WarmShelf {
    return new WarmShelf({
      warm: this.options.warm,
      create: (spec) => this.create(spec),
      onError: (error) => this.options.onError?.(error),
    });
  }

  private create(spec: SandboxSpec): Promise<Sandbox> {
    return this.gate.through(() => this.driver.create(spec));
  }
}
