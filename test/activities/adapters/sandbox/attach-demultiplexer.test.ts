import { describe, expect, it } from 'vitest';

import { AttachDemultiplexer } from '../../../../activities/adapters/sandbox/docker/attach-demultiplexer.js';

function attached(stream: 1 | 2, content: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(Buffer.byteLength(content), 4);
  return Buffer.concat([header, Buffer.from(content)]);
}

async function demultiplexed(chunks: readonly Buffer[]): Promise<{ stdout: string; stderr: string }> {
  let stderr = '';
  const demultiplexer = new AttachDemultiplexer((text) => (stderr += text));
  for (const chunk of chunks) demultiplexer.write(chunk);
  demultiplexer.end();
  const pieces: Buffer[] = [];
  for await (const piece of demultiplexer) pieces.push(piece as Buffer);
  return { stdout: Buffer.concat(pieces).toString(), stderr };
}

describe("the demultiplexer of Docker's attach stream", () => {
  const stream = Buffer.concat([attached(1, 'one '), attached(2, 'trouble'), attached(1, ''), attached(1, 'two')]);

  it('takes stdout and stderr apart, whole or byte by byte', async () => {
    const expected = { stdout: 'one two', stderr: 'trouble' };
    expect(await demultiplexed([stream])).toEqual(expected);
    expect(await demultiplexed([...stream].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it('takes tens of thousands of tiny frames in one chunk', async () => {
    const many = Buffer.concat(Array.from({ length: 50_000 }, () => attached(1, 'x')));
    expect((await demultiplexed([many])).stdout).toHaveLength(50_000);
  });
});
