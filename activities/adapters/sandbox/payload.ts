/** Builds a payload of the tool server's protocol: little-endian integers, strings with length and closing NUL. */
export class PayloadWriter {
  private readonly parts: Buffer[] = [];

  u8(value: number): this {
    this.parts.push(Buffer.from([value]));
    return this;
  }

  u32(value: number): this {
    const part = Buffer.allocUnsafe(4);
    part.writeUInt32LE(value);
    this.parts.push(part);
    return this;
  }

  u64(value: number): this {
    const part = Buffer.allocUnsafe(8);
    part.writeBigUInt64LE(BigInt(value));
    this.parts.push(part);
    return this;
  }

  string(text: string): this {
    if (text.includes('\0')) throw new RangeError('a NUL inside a string');
    const bytes = Buffer.from(`${text}\0`);
    this.u32(bytes.length);
    this.parts.push(bytes);
    return this;
  }

  strings(texts: readonly string[]): this {
    this.u32(texts.length);
    for (const text of texts) this.string(text);
    return this;
  }

  done(): Buffer {
    return Buffer.concat(this.parts);
  }
}

/** Reads what the tool server built; throws RangeError past the end. Its strings carry no NUL, and need not be UTF-8. */
export class PayloadReader {
  private at = 0;

  constructor(private readonly payload: Buffer) {}

  u8(): number {
    return this.payload.readUInt8(this.advance(1));
  }

  u32(): number {
    return this.payload.readUInt32LE(this.advance(4));
  }

  u64(): number {
    return Number(this.payload.readBigUInt64LE(this.advance(8)));
  }

  bytes(): Buffer {
    const length = this.u32();
    const start = this.advance(length);
    return this.payload.subarray(start, start + length);
  }

  private advance(count: number): number {
    const start = this.at;
    this.at += count;
    return start;
  }
}
