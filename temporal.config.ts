import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import type { EngineSettings } from './domain/engine.js';
import { ConfigError } from './domain/errors.js';

const seconds = z.coerce.number().positive();
const count = z.coerce.number().int().positive();

/** Everything that is the machine's and not the run's: from the environment, with defaults that fit the embedded server. */
const environmentSchema = z.object({
  /** Prefix of the three queues: runs of two checkouts on one server do not take each other's work. */
  CLAWMILL_QUEUE_PREFIX: z
    .string()
    .regex(/^[\w.-]*$/)
    .default(''),
  CLAWMILL_STATE: z
    .string()
    .min(1)
    .default('.clawmill')
    .transform((path) => resolve(path)),
  CLAWMILL_CACHE: z.string().min(1).optional(),
  XDG_CACHE_HOME: z.string().optional(),
  CLAWMILL_DEVICE: z.enum(['auto', 'cpu', 'cuda']).default('auto'),
  CLAWMILL_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  CLAWMILL_BATCH_SECONDS: seconds.default(1800),
  CLAWMILL_BATCH_HEARTBEAT_SECONDS: seconds.default(30),
  CLAWMILL_GPU_SECONDS: seconds.default(43_200),
  CLAWMILL_GPU_HEARTBEAT_SECONDS: seconds.default(60),
  CLAWMILL_LIGHT_SECONDS: seconds.default(300),
  CLAWMILL_HOST_QUEUE_WAIT_SECONDS: seconds.default(60),
  CLAWMILL_RETRY_INITIAL_SECONDS: seconds.default(1),
  CLAWMILL_RETRY_MAXIMUM_SECONDS: seconds.default(60),
  CLAWMILL_RETRY_ATTEMPTS: count.min(2).default(8).describe('a worker that shuts down spends one, so never 1'),
  CLAWMILL_BATCH_WINDOW: count.default(4),
  CLAWMILL_SANDBOX_SLOTS: count.default(24).describe('activities at once in one sandbox worker'),
  CLAWMILL_SANDBOX_DRIVER: z
    .enum(['auto', 'docker', 'bubblewrap'])
    .default('auto')
    .describe('auto: a Docker engine that answers, else bubblewrap'),
  CLAWMILL_WARM_SANDBOXES: z.coerce.number().int().min(0).default(4),
  CLAWMILL_SHUTDOWN_SECONDS: seconds.default(90).describe('at least what a checkpoint takes'),
  CLAWMILL_UI_URL: z.url().optional().describe('of the Temporal UI, where it is not beside the server'),
  CLAWMILL_POLICY_HOST: z.string().default('127.0.0.1').describe('address a gpu worker serves policies on'),
});

export interface TemporalConfig {
  /** Temporal's own environment variables and TOML profiles: address, namespace, API key, TLS. */
  connect: ClientConnectConfig;
  /** True where the user named a server; else the embedded one is found or started. */
  addressGiven: boolean;
  namespace: string;
  engine: EngineSettings;
  device: 'auto' | 'cpu' | 'cuda';
  logLevel: string;
  sandboxDriver: 'auto' | 'docker' | 'bubblewrap';
  sandboxSlots: number;
  warmSandboxes: number;
  shutdownSeconds: number;
  uiUrl: string | undefined;
  policyHost: string;
  hostname: string;
  paths: { state: string; store: string; ledgers: string; work: string; reports: string; logs: string; cache: string };
}

/** One parse of the environment. Throws ConfigError naming the variable and its value. */
export function temporalConfig(environment: NodeJS.ProcessEnv = process.env): TemporalConfig {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return `environment: ${name}=${environment[name] ?? ''}: ${message}`;
    });
    throw new ConfigError(lines.join('\n'), { nextStep: 'correct or unset it; docs/configuration.md lists all' });
  }
  const env = parsed.data;
  const connect = loadConnect(environment);
  const prefix = env.CLAWMILL_QUEUE_PREFIX;
  const state = env.CLAWMILL_STATE;
  return {
    connect,
    addressGiven: connect.connectionOptions.address !== undefined,
    namespace: connect.namespace ?? 'default',
    engine: {
      queues: { pipeline: `${prefix}pipeline`, sandbox: `${prefix}sandbox`, gpu: `${prefix}gpu` },
      timeouts: {
        batch: env.CLAWMILL_BATCH_SECONDS,
        batchHeartbeat: env.CLAWMILL_BATCH_HEARTBEAT_SECONDS,
        gpu: env.CLAWMILL_GPU_SECONDS,
        gpuHeartbeat: env.CLAWMILL_GPU_HEARTBEAT_SECONDS,
        light: env.CLAWMILL_LIGHT_SECONDS,
        hostQueueWait: env.CLAWMILL_HOST_QUEUE_WAIT_SECONDS,
      },
      retries: {
        initialSeconds: env.CLAWMILL_RETRY_INITIAL_SECONDS,
        maximumSeconds: env.CLAWMILL_RETRY_MAXIMUM_SECONDS,
        maximumAttempts: env.CLAWMILL_RETRY_ATTEMPTS,
      },
      batchWindow: env.CLAWMILL_BATCH_WINDOW,
    },
    device: env.CLAWMILL_DEVICE,
    logLevel: env.CLAWMILL_LOG_LEVEL,
    sandboxDriver: env.CLAWMILL_SANDBOX_DRIVER,
    sandboxSlots: env.CLAWMILL_SANDBOX_SLOTS,
    warmSandboxes: env.CLAWMILL_WARM_SANDBOXES,
    shutdownSeconds: env.CLAWMILL_SHUTDOWN_SECONDS,
    uiUrl: env.CLAWMILL_UI_URL,
    policyHost: env.CLAWMILL_POLICY_HOST,
    hostname: hostname(),
    paths: {
      state,
      store: join(state, 'store'),
      ledgers: join(state, 'ledgers'),
      work: join(state, 'work'),
      reports: join(state, 'reports'),
      logs: join(state, 'logs'),
      cache: env.CLAWMILL_CACHE
        ? resolve(env.CLAWMILL_CACHE)
        : join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'clawmill'),
    },
  };
}

function loadConnect(environment: NodeJS.ProcessEnv): ClientConnectConfig {
  const given = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
  try {
    return loadClientConnectConfig({ overrideEnvVars: given });
  } catch (error) {
    throw new ConfigError(`Temporal's connection settings cannot be read: ${(error as Error).message}`, {
      cause: error,
      nextStep: "see TEMPORAL_* in the environment and the profile in Temporal's TOML file",
    });
  }
}
