import type { Sandbox, SandboxSpec } from '../../ports/sandbox.js';

/** A run that asks for nothing this long has ended, or waits for something else: its sandboxes go. */
const IDLE_MS = 60_000;

interface WarmSandbox {
  sandbox: Sandbox & { readonly alive?: boolean };
  expiresAt: number;
}

export interface ShelfOptions {
  warm: number;
  create: (spec: SandboxSpec) => Promise<Sandbox>;
  onError: (error: unknown) => void;
}

/** Sandboxes of one kind (run and limits), made ahead and given out once each. */
export class WarmShelf {
  private readonly ready: WarmSandbox[] = [];
  private readonly making = new Set<Promise<void>>();
  private idle: NodeJS.Timeout | undefined;
  private open = true;

  constructor(private readonly options: ShelfOptions) {}

  /** A ready sandbox with the spec's whole lifetime before it, if there is one; its place is filled in the background. */
  take(spec: SandboxSpec): Sandbox | undefined {
    const found = this.find(spec.lifetimeSeconds * 1000);
    this.refill(spec);
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.clear(), IDLE_MS).unref();
    return found;
  }

  /** Destroys what is ready or being made, for good. */
  async close(): Promise<void> {
    this.open = false;
    clearTimeout(this.idle);
    await Promise.all(this.making);
    await this.clear();
  }

  private find(lifetimeMs: number): Sandbox | undefined {
    for (let next = this.ready.shift(); next !== undefined; next = this.ready.shift()) {
      if (next.sandbox.alive !== false && next.expiresAt - Date.now() >= lifetimeMs) return next.sandbox;
      void this.discard(next.sandbox);
    }
    return undefined;
  }

  private refill(spec: SandboxSpec): void {
    while (this.open && this.ready.length + this.making.size < this.options.warm) {
      const making = this.makeOne(spec).finally(() => this.making.delete(making));
      this.making.add(making);
    }
  }

  private async makeOne(spec: SandboxSpec): Promise<void> {
    // Time to wait on the shelf, and then to be used.
    const lifetimeSeconds = spec.lifetimeSeconds + (2 * IDLE_MS) / 1000;
    const expiresAt = Date.now() + lifetimeSeconds * 1000;
    try {
      const sandbox = await this.options.create({ ...spec, attemptId: 'warm', lifetimeSeconds });
      this.ready.push({ sandbox, expiresAt });
    } catch (error) {
      this.options.onError(error);
    }
  }

  private async clear(): Promise<void> {
    await Promise.all(this.ready.splice(0).map(({ sandbox }) => this.discard(sandbox)));
  }

  private async discard(sandbox: Sandbox): Promise<void> {
    await sandbox.destroy().catch(this.options.onError);
  }
}
