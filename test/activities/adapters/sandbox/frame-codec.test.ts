import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeFrame, FrameDecoder } from '../../../../activities/adapters/sandbox/frame-codec.js';
import { PayloadReader, PayloadWriter } from '../../../../activities/adapters/sandbox/payload.js';

const framesArbitrary = fc.array(
  fc.record({
    kind: fc.constantFrom('K', 'o', 'T'),
    payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
);

describe('the frame codec', () => {
  it('gives back the frames that went in, however the stream is cut', () => {
    fc.assert(
      fc.property(framesArbitrary, fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1 }), (frames, cuts) => {
        const stream = Buffer.concat(frames.map(({ kind, payload }) => encodeFrame(kind, payload)));
        const decoder = new FrameDecoder();
        const found = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          found.push(...decoder.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(found).toEqual(frames);
      }),
    );
  });

  it('takes a hundred thousand frames in one chunk', () => {
    const chunk = Buffer.concat(Array.from({ length: 100_000 }, () => encodeFrame('K')));
    expect(new FrameDecoder().push(chunk)).toHaveLength(100_000);
  });

  it('refuses a frame larger than the protocol allows before it is there', () => {
    expect(() => new FrameDecoder().push(Buffer.from([1, 0, 16, 0]))).not.toThrow();
    expect(() => new FrameDecoder().push(Buffer.from([1, 0, 16, 0, 75]))).toThrow(RangeError);
  });

  it('writes numbers that the reader reads, and refuses strings that hold a NUL', () => {
    const reader = new PayloadReader(
      new PayloadWriter()
        .u8(7)
        .u32(4_000_000_000)
        .u64(2 ** 40)
        .string('ä')
        .done(),
    );
    expect([reader.u8(), reader.u32(), reader.u64(), reader.bytes().toString()]).toEqual([
      7,
      4_000_000_000,
      2 ** 40,
      'ä\0',
    ]);
    expect(() => reader.u8()).toThrow(RangeError);
    expect(() => new PayloadWriter().string('a\0b')).toThrow(RangeError);
  });
});
