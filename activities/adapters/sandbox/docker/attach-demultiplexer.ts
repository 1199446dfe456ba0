import { Transform, type TransformCallback } from 'node:stream';

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Takes the tool server's stdout out of Docker's attach stream (u8 stream, 3 bytes, u32 length big-endian, content) and
 * hands its stderr to `onStderr`. Passes content on as it comes, with backpressure and without recursion: frames may be
 * tiny and many, or larger than a chunk.
 */
export class AttachDemultiplexer extends Transform {
  private header: Buffer = Buffer.alloc(0);
  private stream = 0;
  private left = 0;

  constructor(private readonly onStderr: (text: string) => void) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.left > 0 ? this.passContent(rest) : this.readHeader(rest);
    done();
  }

  private passContent(bytes: Buffer): Buffer {
    const content = bytes.subarray(0, this.left);
    this.left -= content.length;
    if (this.stream === STDERR) this.onStderr(content.toString());
    else this.push(content);
    return bytes.subarray(content.length);
  }

  private readHeader(bytes: Buffer): Buffer {
    const missing = HEADER_BYTES - this.header.length;
    this.header = Buffer.concat([this.header, bytes.subarray(0, missing)]);
    if (this.header.length === HEADER_BYTES) {
      this.stream = this.header.readUInt8(0);
      this.left = this.header.readUInt32BE(4);
      this.header = Buffer.alloc(0);
    }
    return bytes.subarray(missing);
  }
}
