import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where everything big is kept, outside the work tree, shared by all checkouts of this user. */
export function cacheDir(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.CLAWMILL_CACHE) return resolve(environment.CLAWMILL_CACHE);
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'clawmill');
}
