import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { configSchemaText } from '../../cli/config-schema.js';
import { parseConfigText } from '../../cli/load-config.js';
import { inRepository } from '../../infra/setup/repository.js';

const examples = readdirSync(inRepository('examples')).filter((name) => name.endsWith('.yaml'));

it('has its present form in examples/, where editors look for it', () => {
  const committed: unknown = JSON.parse(readFileSync(inRepository('examples/run-config.schema.json'), 'utf8'));
  expect(
    committed,
    'write it anew: npm run -s clawmill -- config schema --out examples/run-config.schema.json',
  ).toEqual(JSON.parse(configSchemaText()));
});

it.each(examples)('takes the preset %s, which names it for editors', (name) => {
  const text = readFileSync(inRepository(`examples/${name}`), 'utf8');
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=run-config.schema.json');
  expect(() => parseConfigText(text, name)).not.toThrow();
});
