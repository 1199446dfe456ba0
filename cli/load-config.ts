import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument, type Document } from 'yaml';
import { ConfigError } from '../domain/errors.js';
import type { RunConfig } from '../domain/run-config.js';
import { applySettings, parseRunConfig } from '../domain/settings.js';

/** Reads a run config. Throws ConfigError naming file, line, field and value. */
export async function loadConfig(file: string, set: Record<string, unknown> = {}): Promise<RunConfig> {
  const config = parseConfigText(await readText(file), file);
  return Object.keys(set).length === 0 ? config : applySettings(config, set);
}

export function parseConfigText(text: string, file: string): RunConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new ConfigError(`${file}:${line}:${col}: not YAML: ${broken.message}`, { nextStep: 'correct that line' });
  }
  try {
    return parseRunConfig(contentOf(document, file), file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(withLines(error.message, file, document, lines), {
      nextStep: `see the keys, their types and defaults: ${schemaCommand}`,
    });
  }
}

const schemaCommand = 'npm run -s clawmill -- config schema';

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : (error as Error).message;
    throw new ConfigError(`${file}: ${reason}`, {
      cause: error,
      nextStep: 'name a run config; examples/ has some to start from',
    });
  }
}

/** Aliases that multiply past the library's bound are refused here. */
function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    throw new ConfigError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** `file: field: …` becomes `file:line: field: …` where the file has that field. */
function withLines(message: string, file: string, document: Document, lines: LineCounter): string {
  return message
    .split('\n')
    .map((line) => {
      if (!line.startsWith(`${file}: `)) return line;
      const rest = line.slice(file.length + 2);
      const at = lineOf(rest.slice(0, rest.indexOf(':')).split('.'), document, lines);
      return at === undefined ? line : `${file}:${at}: ${rest}`;
    })
    .join('\n');
}

function lineOf(path: readonly string[], document: Document, lines: LineCounter): number | undefined {
  const keys = path.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const node = document.getIn(keys, true) as { range?: [number, number, number] | null } | undefined;
  return node?.range ? lines.linePos(node.range[0]).line : undefined;
}
