import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../domain/errors.js';
import { temporalConfig } from '../temporal.config.js';
import { scratchFolder } from './infra/scratch-folder.js';

/** An environment in which no profile of the user's own is found. */
function environment(given: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { TEMPORAL_CONFIG_FILE: join(scratchFolder(), 'none.toml'), ...given };
}

function refusal(given: NodeJS.ProcessEnv): ConfigError {
  try {
    temporalConfig(environment(given));
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('it was accepted');
}

describe('the configuration of a machine', () => {
  it('fits the embedded server when nothing is set', () => {
    const config = temporalConfig(environment({ XDG_CACHE_HOME: '/cache' }));
    expect(config).toMatchObject({
      addressGiven: false,
      namespace: 'default',
      device: 'auto',
      sandboxDriver: 'auto',
      policyHost: '127.0.0.1',
      hostname: hostname(),
      shutdownSeconds: 90,
    });
    expect(config.engine.queues).toEqual({ pipeline: 'pipeline', sandbox: 'sandbox', gpu: 'gpu' });
    expect(config.engine.timeouts).toMatchObject({ batchHeartbeat: 30, gpuHeartbeat: 60 });
    expect(config.engine.retries.maximumAttempts).toBeGreaterThanOrEqual(2);
    expect(config.paths.cache).toBe('/cache/clawmill');
    expect(config.connect.connectionOptions.address).toBeUndefined();
  });

  it('keeps all state below one folder', () => {
    const { paths } = temporalConfig(environment({ CLAWMILL_STATE: '/data/state', CLAWMILL_CACHE: '/data/cache' }));
    expect(paths).toMatchObject({
      state: '/data/state',
      store: '/data/state/store',
      ledgers: '/data/state/ledgers',
      cache: '/data/cache',
    });
    for (const path of [paths.store, paths.ledgers, paths.work, paths.reports, paths.logs])
      expect(path.startsWith('/data/state/')).toBe(true);
  });

  it('takes numbers, queue prefix and device from the environment', () => {
    const config = temporalConfig(
      environment({
        CLAWMILL_QUEUE_PREFIX: 'team.',
        CLAWMILL_DEVICE: 'cpu',
        CLAWMILL_BATCH_WINDOW: '9',
        CLAWMILL_GPU_HEARTBEAT_SECONDS: '1.5',
      }),
    );
    expect(config.engine.queues).toEqual({ pipeline: 'team.pipeline', sandbox: 'team.sandbox', gpu: 'team.gpu' });
    expect(config).toMatchObject({ device: 'cpu', engine: { batchWindow: 9, timeouts: { gpuHeartbeat: 1.5 } } });
  });

  it.each([
    ['CLAWMILL_DEVICE', 'tpu'],
    ['CLAWMILL_BATCH_WINDOW', 'many'],
    ['CLAWMILL_BATCH_WINDOW', '0'],
    ['CLAWMILL_BATCH_WINDOW', '1.5'],
    ['CLAWMILL_GPU_SECONDS', '-3'],
    ['CLAWMILL_RETRY_ATTEMPTS', '1'],
    ['CLAWMILL_QUEUE_PREFIX', 'a b'],
    ['CLAWMILL_LOG_LEVEL', 'loud'],
    ['CLAWMILL_SANDBOX_DRIVER', 'chroot'],
    ['CLAWMILL_STATE', ''],
  ])('refuses %s=%s, naming the variable and the value', (name, value) => {
    const error = refusal({ [name]: value });
    expect(error.message).toContain(`environment: ${name}=${value}: `);
    expect(error.nextStep).toContain('docs/configuration.md');
  });

  it('names every wrong variable, each on a line of its own', () => {
    expect(refusal({ CLAWMILL_DEVICE: 'tpu', CLAWMILL_GPU_SECONDS: 'x' }).message.split('\n')).toHaveLength(2);
  });
});

describe("Temporal's own settings", () => {
  it('name the server', () => {
    const config = temporalConfig(
      environment({ TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_NAMESPACE: 'team' }),
    );
    expect(config).toMatchObject({
      addressGiven: true,
      namespace: 'team',
      connect: { connectionOptions: { address: 'temporal.example:7233' } },
    });
  });

  it('bring an API key, which turns TLS on', () => {
    const { connect } = temporalConfig(environment({ TEMPORAL_ADDRESS: 'a:1', TEMPORAL_API_KEY: 'key' }));
    expect(connect.connectionOptions.apiKey).toBe('key');
    expect(connect.connectionOptions.tls).toBeTruthy();
  });

  it('bring certificates from files', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'ca.pem'), 'the authority');
    const { connect } = temporalConfig(
      environment({
        TEMPORAL_ADDRESS: 'a:1',
        TEMPORAL_TLS: 'true',
        TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'ca.pem'),
      }),
    );
    const { serverRootCACertificate } = connect.connectionOptions.tls as { serverRootCACertificate: Uint8Array };
    expect(Buffer.from(serverRootCACertificate).toString()).toBe('the authority');
  });

  it('come from a profile of the TOML file, and the environment has the last word', () => {
    const file = join(scratchFolder(), 'temporal.toml');
    writeFileSync(
      file,
      '[profile.default]\naddress = "one:7233"\n[profile.staging]\naddress = "two:7233"\nnamespace = "staging"\napi_key = "secret"\n',
    );
    const of = (more: NodeJS.ProcessEnv) => temporalConfig({ TEMPORAL_CONFIG_FILE: file, ...more });
    expect(of({}).connect.connectionOptions.address).toBe('one:7233');
    const staging = of({ TEMPORAL_PROFILE: 'staging' });
    expect(staging).toMatchObject({
      namespace: 'staging',
      connect: { connectionOptions: { address: 'two:7233', apiKey: 'secret' } },
    });
    expect(of({ TEMPORAL_PROFILE: 'staging', TEMPORAL_NAMESPACE: 'mine' }).namespace).toBe('mine');
  });

  it.each<[string, string, NodeJS.ProcessEnv]>([
    ['a broken file', '[profile.default\naddress', {}],
    ['a profile that is not there', '[profile.default]\naddress = "one:7233"\n', { TEMPORAL_PROFILE: 'absent' }],
  ])('that cannot be read are refused: %s', (_name, text, more) => {
    const file = join(scratchFolder(), 'temporal.toml');
    writeFileSync(file, text);
    const error = refusal({ TEMPORAL_CONFIG_FILE: file, ...more });
    expect(error.message).toContain("Temporal's connection settings cannot be read");
    expect(error.nextStep).toContain('TEMPORAL_*');
  });
});
