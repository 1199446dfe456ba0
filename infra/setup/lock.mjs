/**
 * A lock file that outlives nobody: it names its holder's pid and start time, and whoever finds the holder dead takes it
 * over. Plain JavaScript because bootstrap.mjs needs it before tsx is there; typed by lock.d.mts.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';

/** The kernel's start time of a process, so that a reused pid is not mistaken for its holder; '' where /proc lacks. */
export function processStartTime(pid) {
  return statFields(pid)[19] ?? '';
}

/** Fields of /proc/PID/stat after the command name, which may hold spaces and brackets itself. */
function statFields(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

export function processIsAlive(pid, startTime) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  // A zombie has ended; its parent has just not asked for it yet.
  if (statFields(pid)[0] === 'Z') return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
  }
  return startTime === '' || processStartTime(pid) === startTime;
}

function readLock(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function holderOf(content) {
  const [pid, startTime] = content.split(' ');
  return { pid: Number(pid), startTime: startTime ?? '' };
}

function removeQuietly(path) {
  try {
    unlinkSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Links a finished file into place: the lock is never seen without its content. */
function tryTake(path, content) {
  const aside = `${path}.${randomUUID()}`;
  writeFileSync(aside, content);
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    removeQuietly(aside);
  }
}

/** Moves a dead holder's lock away. Somebody else may have taken it over meanwhile: then theirs is put back. */
function clearDead(path, seen) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (readLock(aside) !== seen) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    removeQuietly(aside);
  }
}

async function take(path, { onWait, pollMs = 200 }) {
  const content = `${process.pid} ${processStartTime(process.pid)} ${randomUUID()}`;
  let told = false;
  while (!tryTake(path, content)) {
    const seen = readLock(path);
    if (seen === undefined) continue;
    const holder = holderOf(seen);
    if (!processIsAlive(holder.pid, holder.startTime)) {
      clearDead(path, seen);
      continue;
    }
    if (!told) onWait?.(holder.pid);
    told = true;
    await new Promise((wake) => setTimeout(wake, pollMs));
  }
  return content;
}

export async function withLock(path, options, work) {
  const content = await take(path, options);
  try {
    return await work();
  } finally {
    if (readLock(path) === content) removeQuietly(path);
  }
}
