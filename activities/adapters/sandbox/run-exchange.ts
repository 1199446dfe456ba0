import { constants } from 'node:os';

import type { RunAction, RunResult } from '../../ports/sandbox.js';
import { WORKSPACE_DIR } from '../../ports/sandbox.js';
import { encodeFrame, PAYLOAD_LIMIT, type Frame } from './frame-codec.js';
import { PayloadReader, PayloadWriter } from './payload.js';
import { baseEnvironment } from './sandbox-layout.js';

const PIECE_BYTES = 256 * 1024;

const UINT32_MAX = 0xffffffff;
const MOST_ARGUMENTS = 65_536;

/** The frames that start an action: its stdin in pieces, then the action. */
export function* runFrames(action: RunAction): Generator<Buffer> {
  const input = Buffer.from(action.stdin ?? '');
  for (let at = 0; at < input.length; at += PIECE_BYTES) yield encodeFrame('I', input.subarray(at, at + PIECE_BYTES));
  const payload = new PayloadWriter()
    .u32(clamp(action.timeoutMs))
    .u32(clamp(action.outputLimit))
    .string(action.cwd ?? WORKSPACE_DIR)
    .strings(action.argv)
    .strings(environment(action));
  yield encodeFrame('R', payload.done());
}

/**
 * The result of an action that no kernel would start: a NUL inside an argument, or too much of them. Agents come up with
 * both, so it is theirs to see, as a shell would tell it.
 */
export function resultWithoutStart(action: RunAction): RunResult | undefined {
  const strings = [...action.argv, ...environment(action), action.cwd ?? ''];
  const bytes = strings.reduce((sum, text) => sum + Buffer.byteLength(text) + 5, 100);
  const reason =
    action.argv.length === 0
      ? 'no command'
      : strings.some((text) => text.includes('\0'))
        ? 'an argument holds a NUL character'
        : bytes > PAYLOAD_LIMIT || strings.length > MOST_ARGUMENTS
          ? 'argument list too long'
          : undefined;
  if (reason === undefined) return undefined;
  const nothing = { signal: null, timedOut: false, outOfMemory: false, truncated: false, stdout: '', durationMs: 0 };
  return { ...nothing, exitCode: 126, stderr: `${reason}\n` };
}

function environment(action: RunAction): string[] {
  return Object.entries({ ...baseEnvironment, ...action.env }).map(([name, value]) => `${name}=${value}`);
}

function clamp(value: number): number {
  return Math.min(UINT32_MAX, Math.max(0, Math.round(value)));
}

/** Bits of the `T` frame, as in infra/sandbox/tool-server/run.c. */
const ended = { byExit: 1, byDeadline: 2, withOutOfMemory: 4, truncated: 8 } as const;

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** Gathers an action's output and its end. */
export class RunReader {
  private readonly output: Record<'o' | 'e', Buffer[]> = { o: [], e: [] };

  /** The result at the last frame; undefined before; throws RangeError on a frame that has no place here. */
  accept({ kind, payload }: Frame): RunResult | undefined {
    if (kind === 'o' || kind === 'e') {
      this.output[kind].push(payload);
      return undefined;
    }
    if (kind !== 'T') throw new RangeError(`frame ${kind} during an action`);
    return this.result(payload);
  }

  private result(payload: Buffer): RunResult {
    const reader = new PayloadReader(payload);
    const flags = reader.u8();
    const code = reader.u32();
    const exited = (flags & ended.byExit) !== 0;
    return {
      exitCode: exited ? code : null,
      signal: exited ? null : (signalNames.get(code) ?? `SIG${code}`),
      timedOut: (flags & ended.byDeadline) !== 0,
      outOfMemory: (flags & ended.withOutOfMemory) !== 0,
      truncated: (flags & ended.truncated) !== 0,
      durationMs: reader.u64() / 1000,
      stdout: Buffer.concat(this.output.o).toString(),
      stderr: Buffer.concat(this.output.e).toString(),
    };
  }
}
