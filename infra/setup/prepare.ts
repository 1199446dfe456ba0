import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { ClawmillError, ConfigError } from '../../domain/errors.js';
import { withLock } from './lock.mjs';
import { type Part, type PartContext, type PartName } from './part.js';
import { addRecord, readRecords, recordName, type PartRecord } from './records.js';

export interface Preparation {
  cacheDir: string;
  parts: readonly Part[];
  /** Names of the parts that are wanted; what they need is added. */
  wanted: readonly PartName[];
  log: (line: string) => void;
}

/**
 * Brings the wanted parts about, each as soon as what it needs is there. Resolves with the names of those that had to be
 * prepared. Parts that fail do not stop the others; the first error is thrown at the end, and running again goes on.
 */
export async function prepareParts(preparation: Preparation): Promise<PartName[]> {
  const { cacheDir, log } = preparation;
  const wanted = withNeeds(preparation);
  if ((await missing(cacheDir, wanted)).length === 0) return [];
  try {
    mkdirSync(cacheDir, { recursive: true });
  } catch (cause) {
    throw new ConfigError(`The cache folder ${cacheDir} cannot be made`, {
      cause,
      nextStep: 'Name a folder that can be written in CLAWMILL_CACHE.',
    });
  }
  const onWait = (pid: number): void => log(`set-up: waiting for another set-up (process ${pid})`);
  return withLock(join(cacheDir, 'setup.lock'), { onWait }, async () => {
    // Whoever held the lock may have done it all.
    const todo = await missing(cacheDir, wanted);
    await prepareAll(preparation, todo);
    return todo.map(({ name }) => name);
  });
}

async function prepareAll({ cacheDir, parts, log }: Preparation, todo: readonly Part[]): Promise<void> {
  const context: PartContext = { cacheDir, log, path: (part, name) => recordedPath(cacheDir, parts, part, name) };
  const running = new Map<PartName, Promise<void>>();
  for (const part of inOrder(todo)) {
    const needed = part.needs.flatMap((name) => running.get(name) ?? []);
    running.set(
      part.name,
      Promise.all(needed).then(() => prepareOne(part, context)),
    );
  }
  const failures = (await Promise.allSettled(running.values())).flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length > 0) throw failures[0];
}

async function prepareOne(part: Part, context: PartContext): Promise<void> {
  context.log(`set-up: ${part.name}: ${part.purpose} …`);
  const started = performance.now();
  try {
    const made = await part.prepare(context);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    addRecord(context.cacheDir, recordName(part), { ...made, seconds });
    context.log(`set-up: ${part.name}: ready (${seconds.toFixed(1)} s)`);
  } catch (error) {
    const reason = error instanceof ClawmillError ? error.message : String(error);
    context.log(`set-up: ${part.name}: failed: ${reason}`);
    throw error;
  }
}

async function missing(cacheDir: string, wanted: readonly Part[]): Promise<Part[]> {
  const records = readRecords(cacheDir);
  const looked = await Promise.all(
    wanted.map(async (part) => {
      const record: PartRecord | undefined = records[recordName(part)];
      return record !== undefined && (await part.present(record, cacheDir)) ? [] : [part];
    }),
  );
  return looked.flat();
}

function withNeeds({ parts, wanted }: Preparation): Part[] {
  const names = new Set<PartName>();
  const add = (name: PartName): void => {
    names.add(name);
    for (const need of parts.find((part) => part.name === name)?.needs ?? []) add(need);
  };
  wanted.forEach(add);
  return parts.filter(({ name }) => names.has(name));
}

/** Needs before those who need them. */
function inOrder(parts: readonly Part[]): Part[] {
  const ordered: Part[] = [];
  const visit = (part: Part): void => {
    for (const need of part.needs) parts.filter(({ name }) => name === need).forEach(visit);
    if (!ordered.includes(part)) ordered.push(part);
  };
  parts.forEach(visit);
  return ordered;
}

function recordedPath(cacheDir: string, parts: readonly Part[], partName: PartName, name: string): string {
  const part = parts.find((candidate) => candidate.name === partName);
  const path = part === undefined ? undefined : readRecords(cacheDir)[recordName(part)]?.paths[name];
  if (path === undefined)
    throw new ConfigError(`set-up has no ${name} of part ${partName}`, { nextStep: 'npm run setup' });
  return path;
}
