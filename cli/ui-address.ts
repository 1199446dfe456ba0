import { pipelineWorkflowId } from '../domain/stage.js';
import { findDevServer } from '../infra/temporal/dev-server.js';
import type { TemporalConfig } from '../temporal.config.js';

/** What `temporal server start-dev` adds to its port for its UI's. */
const uiPortOffset = 1000;

/**
 * Where the Temporal UI is: CLAWMILL_UI_URL where the user says so, the embedded server's own, else where `temporal server
 * start-dev` would have put it beside the given address.
 */
export function uiAddress(config: TemporalConfig, address: string): string | undefined {
  if (config.uiUrl !== undefined) return config.uiUrl.replace(/\/+$/, '');
  const embedded = findDevServer(config.paths.state);
  if (embedded?.address === address) return embedded.uiUrl;
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? [];
  return host === undefined ? undefined : `http://${host}:${Number(port) + uiPortOffset}`;
}

/** The run's page. */
export function runPage(uiUrl: string, namespace: string, runId: string): string {
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(pipelineWorkflowId(runId))}`;
}
