import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { EngineError } from '../../domain/errors.js';
import { processStartTime, withLock } from '../setup/lock.mjs';
import { freePort } from './free-port.js';
import { makeReady } from './health.js';
import { searchAttributeTypes } from './search-attributes.js';
import {
  isRunning,
  readServerRecord,
  removeServerRecord,
  type ServerRecord,
  writeServerRecord,
} from './server-record.js';

const LOCAL = '127.0.0.1';
const STOP_WITHIN_MS = 10_000;
const TRIES_FOR_PORTS = 5;
/** Below the range from which the server takes ports for its own inner services. */
const frontendPorts = Array.from({ length: 60 }, (_, index) => 7233 + index);
const uiPorts = Array.from({ length: 60 }, (_, index) => 8233 + index);

export interface DevServer {
  /** host:port for Temporal clients. */
  address: string;
  /** Undefined when headless. */
  uiUrl: string | undefined;
  pid: number;
  /** False where a server was found running and left as it was. */
  started: boolean;
  stop(): Promise<void>;
}

export interface DevServerOptions {
  /** Holds the database, the log and the record of the running server. Made if it lacks. */
  stateDir: string;
  /** Path of the `temporal` binary. */
  temporalCli: string;
  /** Outlives this process. Otherwise it is told to stop when this process exits. */
  detached: boolean;
  namespace?: string;
  headless?: boolean;
  log?: (line: string) => void;
}

/**
 * Starts the embedded Temporal server on a SQLite file in `stateDir`, or finds the one that already runs there. Resolves
 * when it answers, keeps histories for 90 days and has the search attributes. Rejects with EngineError.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  mkdirSync(options.stateDir, { recursive: true });
  return withLock(join(options.stateDir, 'temporal-server.lock'), {}, async () => {
    const namespace = options.namespace ?? 'default';
    const running = findDevServer(options.stateDir);
    if (running !== undefined) {
      try {
        await makeReady(running.address, namespace, () => alive(options.stateDir), noWords);
        return running;
      } catch (error) {
        // One that ended meanwhile was dying when it was found: start another.
        if (alive(options.stateDir)) throw error;
      }
    }
    const server = await launchReady(options, namespace);
    options.log?.(`Temporal server: ${server.address}${server.uiUrl === undefined ? '' : `, UI ${server.uiUrl}`}`);
    return server;
  });
}

/** Between the look for a free port and its use another program can take it: then the next one is tried. */
async function launchReady(options: DevServerOptions, namespace: string): Promise<DevServer> {
  for (let tried = 1; ; tried += 1) {
    const record = await launch(options, namespace);
    const server = handle(options.stateDir, record, true);
    const running = (): boolean => isRunning(record);
    const words = (): string => lastLines(logFile(options.stateDir));
    try {
      await makeReady(record.address, namespace, running, words);
      return server;
    } catch (error) {
      const taken = !running() && words().includes('address already in use');
      await server.stop();
      if (!taken || tried === TRIES_FOR_PORTS) throw error;
    }
  }
}

/** The server that runs on this state folder, if any. */
export function findDevServer(stateDir: string): DevServer | undefined {
  const record = readServerRecord(stateDir);
  return record !== undefined && isRunning(record) ? handle(stateDir, record, false) : undefined;
}

/** Stops the server of this state folder; false where none runs. */
export async function stopDevServer(stateDir: string): Promise<boolean> {
  const record = readServerRecord(stateDir);
  if (record === undefined || !isRunning(record)) return false;
  signal(record, 'SIGTERM');
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (isRunning(record)) {
    if (Date.now() > deadline) signal(record, 'SIGKILL');
    await sleep(50);
  }
  // The record stays: its ports are tried first next time, so links into the UI keep working.
  return true;
}

async function launch(options: DevServerOptions, namespace: string): Promise<ServerRecord> {
  const previous = readServerRecord(options.stateDir);
  removeServerRecord(options.stateDir);
  const port = await freePort(...known(previous?.port), ...frontendPorts);
  const uiPort = options.headless === true ? undefined : await freePort(...known(previous?.uiPort), ...uiPorts);
  const log = openSync(logFile(options.stateDir), 'a');
  writeSync(log, `--- ${new Date().toISOString()} start on ${LOCAL}:${port}\n`);
  const child = spawn(options.temporalCli, serverArguments(options.stateDir, namespace, port, uiPort), {
    detached: options.detached,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => {
      reject(
        new EngineError(`${options.temporalCli} cannot be started: ${cause.message}`, {
          cause,
          nextStep: 'npm run setup',
        }),
      );
    });
  });
  const spawned = new Promise<number>((resolve) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const pid = await Promise.race([spawned, failed]);
  const record = { pid, startTime: processStartTime(pid), address: `${LOCAL}:${port}`, port, uiPort };
  writeServerRecord(options.stateDir, record);
  child.unref();
  if (!options.detached) process.once('exit', () => signal(record, 'SIGTERM'));
  return record;
}

function serverArguments(stateDir: string, namespace: string, port: number, uiPort: number | undefined): string[] {
  return [
    ...['server', 'start-dev', '--ip', LOCAL, '--port', String(port), '--log-level', 'warn'],
    ...['--db-filename', join(stateDir, 'temporal.db'), '--namespace', namespace],
    // The default journal mode costs four times as much per item.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...Object.entries(searchAttributeTypes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

function handle(stateDir: string, record: ServerRecord, started: boolean): DevServer {
  return {
    address: record.address,
    uiUrl: record.uiPort === undefined ? undefined : `http://${LOCAL}:${record.uiPort}`,
    pid: record.pid,
    started,
    stop: async () => {
      await stopDevServer(stateDir);
    },
  };
}

function signal(record: ServerRecord, name: NodeJS.Signals): void {
  try {
    process.kill(record.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

function alive(stateDir: string): boolean {
  return findDevServer(stateDir) !== undefined;
}

function noWords(): string {
  return '';
}

function known(port: number | undefined): number[] {
  return port === undefined ? [] : [port];
}

function logFile(stateDir: string): string {
  return join(stateDir, 'temporal-server.log');
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ');
}
