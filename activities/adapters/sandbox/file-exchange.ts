import type { WorkspaceFile } from '../../../domain/task/workspace.js';
import { sortFiles, workspacePathSchema } from '../../../domain/task/workspace.js';
import { contentBytes, workspaceFile } from './file-content.js';
import { encodeFrame, type Frame } from './frame-codec.js';
import { PayloadReader, PayloadWriter } from './payload.js';

/** Content travels in pieces of this size, so that neither side holds a whole large file in a frame. */
const PIECE_BYTES = 256 * 1024;

/** The frames of a put, made one by one as the connection takes them. */
export function* putFrames(dir: string, files: readonly WorkspaceFile[]): Generator<Buffer> {
  yield encodeFrame('D', new PayloadWriter().string(dir).done());
  for (const file of files) {
    yield encodeFrame(
      'F',
      new PayloadWriter()
        .u8(file.executable ? 1 : 0)
        .string(file.path)
        .done(),
    );
    const content = contentBytes(file);
    for (let at = 0; at < content.length; at += PIECE_BYTES) {
      yield encodeFrame('C', content.subarray(at, at + PIECE_BYTES));
    }
  }
  yield encodeFrame('Z');
}

export function snapshotFrame(dir: string, limits: { bytes: number; files: number }): Buffer {
  return encodeFrame('S', new PayloadWriter().u64(limits.bytes).u32(limits.files).string(dir).done());
}

/** Gathers the files of a snapshot from its `f` and `c` frames. */
export class SnapshotReader {
  private readonly files: WorkspaceFile[] = [];
  private current: { path: Buffer; executable: boolean; pieces: Buffer[]; left: number } | undefined;

  /** Whether the frame was part of the snapshot. */
  accept({ kind, payload }: Frame): boolean {
    if (kind === 'f') {
      const reader = new PayloadReader(payload);
      const executable = reader.u8() === 1;
      this.current = { executable, left: reader.u64(), path: Buffer.from(reader.bytes()), pieces: [] };
    } else if (kind === 'c' && this.current !== undefined) {
      this.current.pieces.push(payload);
      this.current.left -= payload.length;
    } else {
      return false;
    }
    this.finishFile();
    return true;
  }

  sorted(): WorkspaceFile[] {
    return sortFiles(this.files);
  }

  private finishFile(): void {
    if (this.current === undefined || this.current.left > 0) return;
    const { path, executable, pieces } = this.current;
    this.current = undefined;
    const text = path.toString();
    // A name that no workspace may have (control characters, not UTF-8, too long) was made to confuse: left out.
    const valid = Buffer.from(text).equals(path) && workspacePathSchema.safeParse(text).success;
    if (valid) this.files.push(workspaceFile(text, Buffer.concat(pieces), executable));
  }
}
