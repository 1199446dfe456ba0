import type { Random } from '../../../domain/seed.js';
import type { Persona } from './personas/persona.js';

/** A list as a persona keeps it: each key once, and no number twice within a column, so that nothing ties. */
export interface Table {
  columns: string[];
  rows: Record<string, string | number>[];
}

const inRange = (random: Random, low: number, high: number, count: number): number[] =>
  random.sample(
    Array.from({ length: high - low + 1 }, (_, step) => low + step),
    count,
  );

/** 8 to 12 rows; the key comes first, the other columns in any order. */
export function makeTable(random: Random, persona: Persona): Table {
  const { key, keys, groups, measures } = persona.table;
  const names = random.sample(keys, random.int(8, Math.min(12, keys.length)));
  const numbers = new Map(measures.map(({ name, low, high }) => [name, inRange(random, low, high, names.length)]));
  const rows = names.map((name, index) => ({
    [key]: name,
    ...Object.fromEntries(Object.entries(groups).map(([group, values]) => [group, random.pick(values)])),
    ...Object.fromEntries([...numbers].map(([measure, values]) => [measure, values[index] ?? 0])),
  }));
  return { columns: [key, ...random.shuffle([...Object.keys(groups), ...numbers.keys()])], rows };
}

export const csvOf = (table: Table): string =>
  [table.columns.join(','), ...cellsOf(table).map((row) => row.join(','))].join('\n') + '\n';

export const cellsOf = (table: Table): string[][] =>
  table.rows.map((row) => table.columns.map((column) => String(row[column] ?? '')));

const inColumnOrder = (table: Table): Record<string, string | number>[] =>
  table.rows.map((row) => Object.fromEntries(table.columns.map((column) => [column, row[column] ?? ''])));

/** A JSON array, one object a line. */
export const jsonOf = (table: Table): string =>
  `[\n${inColumnOrder(table)
    .map((row) => `  ${JSON.stringify(row)}`)
    .join(',\n')}\n]\n`;

export const jsonLinesOf = (table: Table): string =>
  inColumnOrder(table)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

/** A grouping column and one of its values that some rows have, at least two, but not all. */
export function pickGroup(random: Random, persona: Persona, table: Table): { group: string; value: string } {
  const choices = Object.entries(persona.table.groups).flatMap(([group, values]) =>
    values.map((value) => ({ group, value, count: table.rows.filter((row) => row[group] === value).length })),
  );
  const { group, value } = random.pick(choices.filter(({ count }) => count >= 2 && count < table.rows.length));
  return { group, value };
}
