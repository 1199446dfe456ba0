import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../activities/report/render-report.js';
import { exampleInput } from './example-input.js';

const report = renderReport(exampleInput());
const elements = (text: string, name: string): number => text.split(`<${name}`).length - 1;

describe('what comes from tasks, agents and configs', () => {
  it.each([
    ['a script element', '<script>alert(1)</script>', '<script'],
    ['an attribute break-out', '" onload="alert(1)" x="', 'onload="'],
    ['the end of the style', '</style><img src=x onerror=alert(1)>', '<img src=x'],
    ['the end of a preformatted block', '</pre></details><iframe>', '<iframe'],
    ['a comment', '<!-- -->', '<!--'],
    ['a meta refresh', '<meta http-equiv="refresh" content="0">', 'http-equiv="refresh"'],
    ['a terminal escape', '\u001b[2J\u001b]0;title\u0007', '\u001b'],
    ['a bidirectional override', 'abc\u202edef', '\u202e'],
  ])('stays text: %s', (_, planted, mustNotBe) => {
    const text = renderReport(exampleInput(planted));
    expect(text).not.toContain(mustNotBe);
    expect(elements(text, 'script')).toBe(0);
    expect(elements(text, 'style>')).toBe(1);
    expect(elements(text, 'img')).toBe(elements(report, 'img'));
    expect(elements(text, 'meta')).toBe(elements(report, 'meta'));
  });

  it('stays text inside the charts as well, which are documents of their own', () => {
    const text = renderReport(exampleInput('<script>alert(1)</script>'));
    const charts = [...text.matchAll(/base64,([\w+/=]+)/g)].map(([, code = '']) =>
      Buffer.from(code, 'base64').toString(),
    );
    expect(charts.length).toBeGreaterThan(0);
    for (const chart of charts) expect(chart).not.toContain('<script');
  });

  it('is cut where it is longer than anybody reads', () => {
    expect(renderReport(exampleInput('x'.repeat(9_000)))).toContain('… 5000 more characters');
  });
});

describe('the page', () => {
  it('needs nothing from elsewhere and runs nothing', () => {
    expect(report).not.toMatch(/<(script|link|iframe|object|embed|base|form)\b/);
    expect(
      [...report.matchAll(/(?:src|srcset)="([^"]{0,30})/g)].every(([, source]) =>
        source?.startsWith('data:image/svg+xml;base64,'),
      ),
    ).toBe(true);
    expect(report).not.toMatch(/\sstyle="/);
  });

  it('allows its own style by hash, and nothing else', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(report)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = /Content-Security-Policy"\s+content="([^"]*)"/.exec(report)?.[1]?.replaceAll('&#39;', "'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${hash}'`);
  });

  it('has landmarks, one first heading, a heading for each section and a caption for each table', () => {
    for (const landmark of ['header', 'nav', 'main']) expect(report).toMatch(new RegExp(`<${landmark}[ >]`));
    expect(elements(report, 'h1>')).toBe(1);
    for (const [, id] of report.matchAll(/<a href="#([\w-]+)"/g)) expect(report).toContain(`<h2 id="${id}"`);
    expect(elements(report, 'caption>')).toBe(elements(report, 'table>'));
    expect([...report.matchAll(/<img[^>]*>/g)].every(([image]) => /alt="[^"]{20,}/.test(image))).toBe(true);
  });

  it('is for light, dark and paper', () => {
    expect(report).toContain('prefers-color-scheme: dark');
    expect(report).toContain('@media print');
  });

  it('is the same for the same input', () => {
    // Compared as a boolean: a difference of two whole pages tells nobody anything.
    expect(renderReport(exampleInput()) === report).toBe(true);
  });
});

describe('what it tells', () => {
  it('is what was gained, in words, held-out and unseen apart', () => {
    const words = report.replace(/\s+/g, ' ');
    expect(words).toContain('Of 100 candidate tasks, 95 passed every gate');
    expect(words).toContain('On held-out tasks the base model passed 0.0% (0.0–8.8) of 40 attempts. SFT passed 75.0%');
    expect(words).toContain('75.0 points more than the base model.');
    expect(words).toContain('the intervals overlap');
    expect(words).toContain('On unseen tasks');
  });

  it('links to the run in the Temporal UI, and to nothing that is no web page', () => {
    expect(report).toContain('href="http://127.0.0.1:8233/namespaces/default/workflows/pipeline%2Fdemo-1"');
    expect(renderReport({ ...exampleInput(), ui: 'javascript:alert(1)' })).not.toContain('javascript:');
  });

  it('is where and why a held run stands, with what it has not reached left open', () => {
    const { config, status } = exampleInput();
    const held = { stage: 'sft', errorType: 'LossNotFinite', message: 'no <number>', nextStep: 'lower it' } as const;
    const text = renderReport({
      config,
      status: { ...status, state: 'held', held },
      rejects: [],
      sftCurve: [],
      rlCurve: [],
      samples: [],
    });
    expect(text).toContain('Held at sft.');
    expect(text).toContain('no &lt;number&gt;');
    expect(text).toContain('The bench has not run yet.');
  });
});
