import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { configSchemaText } from '../config-schema.js';
import { checkKinds } from '../check-kinds.js';
import { knownTaskKinds } from '../compose.js';
import { Output } from '../output.js';
import { loadConfig } from '../load-config.js';
import { options } from '../options.js';
import { parseSettings } from '../parse-settings.js';

export function addConfig(program: Command): void {
  const config = program.command('config').description('look at run configs');
  config
    .command('show')
    .description('check a run config, and print it with every default')
    .argument('<config>')
    .addOption(options.set())
    .addOption(options.json())
    .action(show);
  config
    .command('schema')
    .description('print the JSON Schema of run configs, for editors')
    .option('--out <file>', 'write it there instead')
    .action(schema);
}

async function show(file: string, { set, json }: { set: string[]; json: boolean }): Promise<void> {
  const output = new Output(json);
  const config = await loadConfig(file, parseSettings(set));
  checkKinds(config, await knownTaskKinds(), file);
  output.value(config);
  if (!json) output.line(stringify(config).trimEnd());
}

async function schema({ out }: { out?: string }): Promise<void> {
  if (out === undefined) process.stdout.write(configSchemaText());
  else await writeFile(out, configSchemaText());
}
