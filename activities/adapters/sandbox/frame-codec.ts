/** A frame of the tool server's protocol: u32 payload length (little-endian), u8 kind, payload. */
export interface Frame {
  kind: string;
  payload: Buffer;
}

const HEADER_BYTES = 5;
export const PAYLOAD_LIMIT = 1 << 20;

export function encodeFrame(kind: string, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt8(kind.charCodeAt(0), 4);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** Cuts a byte stream into frames, however it is chunked. Iterative: thousands of tiny frames in a chunk cost no stack. */
export class FrameDecoder {
  private chunks: Buffer[] = [];
  private buffered = 0;
  private needed = HEADER_BYTES;

  /** The frames that `chunk` completes. Throws RangeError on one that no tool server sends. */
  push(chunk: Buffer): Frame[] {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    const frames: Frame[] = [];
    // Joined only when enough is there, so that a large frame in small chunks is not copied again and again.
    while (this.buffered >= this.needed) {
      const bytes = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
      const consumed = this.takeFrames(bytes, frames);
      this.chunks = consumed === bytes.length ? [] : [bytes.subarray(consumed)];
      this.buffered = bytes.length - consumed;
    }
    return frames;
  }

  private takeFrames(bytes: Buffer, frames: Frame[]): number {
    let at = 0;
    for (;;) {
      this.needed = HEADER_BYTES;
      if (bytes.length - at < HEADER_BYTES) return at;
      const length = bytes.readUInt32LE(at);
      if (length > PAYLOAD_LIMIT) throw new RangeError(`frame of ${length} bytes`);
      this.needed = HEADER_BYTES + length;
      if (bytes.length - at < this.needed) return at;
      const payload = bytes.subarray(at + HEADER_BYTES, at + this.needed);
      frames.push({ kind: String.fromCharCode(bytes.readUInt8(at + 4)), payload });
      at += this.needed;
    }
  }
}
