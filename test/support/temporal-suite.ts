import { afterAll, beforeAll } from 'vitest';
import {
  openDevServer,
  openTimeSkippingServer,
  type TemporalSuite,
  type TimeSkippingSuite,
} from './temporal-servers.js';

/** A real Temporal server for the tests of one file, started before the first and stopped after the last. */
export function devServerSuite(): TemporalSuite {
  return opened(openDevServer);
}

/** The same, on a server that skips time. */
export function timeSkippingSuite(): TimeSkippingSuite {
  return opened(openTimeSkippingServer);
}

function opened<Suite extends TemporalSuite>(open: () => Promise<Suite>): Suite {
  const suite = {} as Suite;
  beforeAll(async () => {
    Object.assign(suite, await open());
  });
  afterAll(() => suite.close());
  return suite;
}
