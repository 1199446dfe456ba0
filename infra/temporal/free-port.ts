import { createServer } from 'node:net';

const LOCAL = '127.0.0.1';

/** The first of the preferred ports that nobody listens on at 127.0.0.1, else one that the kernel picks. */
export async function freePort(...preferred: readonly number[]): Promise<number> {
  for (const port of preferred) {
    if ((await tryPort(port)) !== undefined) return port;
  }
  const picked = await tryPort(0);
  if (picked === undefined) throw new Error('the kernel has no free port');
  return picked;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: LOCAL, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined));
    });
  });
}
