import { randomBytes } from 'node:crypto';
import { ConfigError } from '../domain/errors.js';

/** `demo-20260131-235959-1a2b`: the config's name, the time in UTC, and something that two starts in one second do not share. */
export function newRunId(name: string, now = new Date()): string {
  const [day = '', time = ''] = now.toISOString().replace(/[-:]/g, '').slice(0, 15).split('T');
  return `${name}-${day}-${time}-${randomBytes(2).toString('hex')}`;
}

/** It names files, a workflow and a search attribute. Throws ConfigError. */
export function checkRunId(runId: string): string {
  if (/^[a-z0-9][\w.-]{0,99}$/i.test(runId)) return runId;
  throw new ConfigError(`--run-id ${runId}: letters, digits, dots, hyphens and underscores, 100 at most`);
}
