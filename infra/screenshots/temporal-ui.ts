/**
 * Makes docs/images/temporal-ui-*.png: the Temporal UI's pages of a run, in a real Chromium.
 *
 *   npx tsx infra/screenshots/temporal-ui.ts http://127.0.0.1:8233 RUN_ID
 *
 * Needs Debian's package `chromium`. The run's timeline, its stage children, its summary and details, its search
 * attributes, and the list of its stages.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { chromium, type Page } from 'playwright-core';
import { ConfigError } from '../../domain/errors.js';
import { pipelineWorkflowId } from '../../domain/stage.js';
import { inRepository } from '../setup/repository.js';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Tabs of the run's page, and words that each shows only when it is drawn. */
const tabs = [
  ['Relationships', '7-bench'],
  ['User Metadata', 'Summary'],
  ['Search Attributes', 'ClawmillStage'],
] as const;

async function main(): Promise<void> {
  const [uiUrl, runId] = process.argv.slice(2);
  if (uiUrl === undefined || runId === undefined) throw new ConfigError('usage: temporal-ui.ts UI_URL RUN_ID');
  if (!existsSync(browserPath))
    throw new ConfigError(`no browser at ${browserPath}`, { nextStep: 'apt-get install chromium, or set CHROMIUM' });
  const folder = inRepository('docs/images');
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: browserPath, args: quiet });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1100 } });
    const workflows = `${uiUrl}/namespaces/default/workflows`;
    const id = pipelineWorkflowId(runId);
    await capture(page, `${workflows}/${encodeURIComponent(id)}`, 'synthesize', `${folder}/temporal-ui-run.png`);
    for (const [tab, words] of tabs) {
      await page.locator('[role=tab], a').filter({ hasText: tab }).first().click();
      await shoot(page, words, `${folder}/temporal-ui-${tab.toLowerCase().replaceAll(' ', '-')}.png`);
    }
    const query = encodeURIComponent(`ClawmillRun="${runId}"`);
    await capture(page, `${workflows}?query=${query}`, 'bench', `${folder}/temporal-ui-stages.png`);
  } finally {
    await browser.close();
  }
}

/** Waits for words that only the loaded page has: the UI draws itself after its requests have come back. */
async function capture(page: Page, url: string, words: string, path: string): Promise<void> {
  await page.goto(url);
  await shoot(page, words, path);
}

async function shoot(page: Page, words: string, path: string): Promise<void> {
  await page.getByText(words).first().waitFor({ timeout: 30_000 });
  await page.waitForTimeout(1500);
  await page.screenshot({ path, fullPage: true });
  process.stdout.write(`${path}\n`);
}

await main();
