import picocolors from 'picocolors';
import { createLogUpdate } from 'log-update';

export type Colors = ReturnType<typeof picocolors.createColors>;

/**
 * Where a command speaks. `--json` leaves stdout to the one JSON value, so that people's text goes to stderr. On a terminal a
 * drawing at the bottom is replaced by the next, and lines are put above it.
 */
export class Output {
  readonly isTerminal: boolean;
  readonly colors: Colors;
  private readonly stream: NodeJS.WriteStream;
  private readonly update: ReturnType<typeof createLogUpdate>;

  constructor(private readonly json: boolean) {
    this.stream = json ? process.stderr : process.stdout;
    this.isTerminal = this.stream.isTTY && process.env.TERM !== 'dumb';
    this.colors = picocolors.createColors(this.isTerminal && !process.env.NO_COLOR);
    this.update = createLogUpdate(this.stream);
  }

  /** A line that stays. */
  line(text = ''): void {
    if (this.isTerminal) this.update.clear();
    this.stream.write(`${text}\n`);
  }

  /** Replaces the last drawing. Only on a terminal. */
  draw(text: string): void {
    this.update(text);
  }

  /** Leaves the last drawing standing. */
  endDrawing(): void {
    if (this.isTerminal) this.update.done();
  }

  /** The command's JSON value, on one line of stdout. Nothing without `--json`. */
  value(value: unknown): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value)}\n`);
  }
}
