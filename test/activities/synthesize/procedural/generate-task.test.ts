import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../../../activities/synthesize/procedural/kinds/index.js';
import { generateTask, taskKinds } from '../../../../activities/synthesize/procedural/generate-task.js';
import { personas } from '../../../../activities/synthesize/procedural/personas/index.js';
import { retellingsOf } from '../../../../activities/synthesize/procedural/wording.js';
import { TaskError } from '../../../../domain/errors.js';

const anyKind = fc.constantFrom(...taskKinds);
const anySeed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('generateTask', () => {
  it('gives the same task for the same arguments', () => {
    fc.assert(
      fc.property(anyKind, anySeed, fc.integer({ min: 0, max: 11 }), (kind, seed, retelling) => {
        expect(JSON.stringify(generateTask(kind, seed, retelling))).toBe(
          JSON.stringify(generateTask(kind, seed, retelling)),
        );
      }),
    );
  });

  it('tells a program anew with the same files, verifier and solution', () => {
    fc.assert(
      fc.property(anyKind, anySeed, fc.integer({ min: 1, max: 11 }), (kind, seed, retelling) => {
        const { id, instruction, provenance, ...first } = generateTask(kind, seed, 0);
        const { id: otherId, instruction: told, provenance: from, ...again } = generateTask(kind, seed, retelling);
        expect(again).toEqual(first);
        expect({ ...from, retelling: 0 }).toEqual(provenance);
        expect(told).not.toBe(instruction);
        expect(otherId).not.toBe(id);
      }),
    );
  });

  it.each(kinds.map((kind) => [kind.name, kind] as const))('tells %s in as many ways as it says', (name, kind) => {
    const count = retellingsOf(kind.wordings.length);
    const told = Array.from({ length: count }, (_, retelling) => generateTask(name, 5, retelling).instruction);
    expect(kind.wordings.length).toBeGreaterThanOrEqual(6);
    expect(new Set(told).size).toBe(count);
    expect(() => generateTask(name, 5, count)).toThrow(TaskError);
  });

  it('names in every wording all that the commands are made of', () => {
    for (const kind of taskKinds) {
      for (const retelling of [0, 1, 2, 3, 4, 5]) {
        const task = generateTask(kind, 11, retelling);
        const call = task.teacher[0];
        const redirected = call?.tool === 'exec' ? /> (\S+)$/.exec(call.command)?.[1] : undefined;
        if (redirected !== undefined) expect(task.instruction).toContain(redirected);
      }
    }
  });

  it('keeps instructions short enough to train on a laptop', () => {
    const lengths = taskKinds.flatMap((kind) => [1, 2, 3].map((seed) => generateTask(kind, seed, seed).instruction));
    expect(Math.max(...lengths.map((text) => text.split(/\s+/).length))).toBeLessThanOrEqual(45);
  });

  it('puts two to four files in a workspace', () => {
    fc.assert(
      fc.property(anyKind, anySeed, (kind, seed) => {
        const { workspace } = generateTask(kind, seed, 0);
        expect(workspace.length).toBeGreaterThanOrEqual(2);
        expect(workspace.length).toBeLessThanOrEqual(4);
      }),
    );
  });

  it('refuses a kind that there is not, and says which there are', () => {
    expect(() => generateTask('csv-dance', 1, 0)).toThrow(
      expect.objectContaining({ name: 'TaskError', nextStep: expect.stringContaining('csv-sum') as string }) as Error,
    );
  });
});

describe('the kinds', () => {
  it('each have an operation path of their own', () => {
    expect(new Set(kinds.map(({ operations }) => operations.join('>'))).size).toBe(kinds.length);
  });

  it('share operations, so that some paths are new orders of known parts', () => {
    const composed = kinds.filter((kind) => {
      const others = new Set(kinds.filter((other) => other !== kind).flatMap(({ operations }) => operations));
      return kind.operations.every((operation) => others.has(operation));
    });
    expect(composed.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['csv-sum-where', 'csv-max-where', 'jsonl-sum-where', 'notes-count', 'log-archive']),
    );
  });
});

describe('the personas', () => {
  it('are at least twenty, each with a name of its own', () => {
    expect(new Set(personas.map(({ id }) => id)).size).toBe(personas.length);
    expect(personas.length).toBeGreaterThanOrEqual(20);
  });

  it.each(personas.map((persona) => [persona.id, persona] as const))('%s uses plain words', (_, persona) => {
    const { file, key, keys, groups, measures } = persona.table;
    const columns = [key, ...Object.keys(groups), ...measures.map(({ name }) => name)];
    expect(new Set(columns).size).toBe(columns.length);
    for (const word of [file, persona.system, persona.document, ...columns, ...keys, ...persona.services]) {
      expect(word).toMatch(/^[a-z]+$/);
    }
    for (const value of [...Object.values(groups), ...Object.values(persona.settings)].flat()) {
      expect(value).toMatch(/^[a-z0-9]+$/);
    }
  });

  it.each(personas.map((persona) => [persona.id, persona] as const))('%s can be told apart by grep', (_, persona) => {
    for (const service of persona.services) {
      expect(persona.services.filter((other) => other.startsWith(service))).toEqual([service]);
    }
    for (const [old, fresh] of persona.terms) {
      const around = [...persona.sentences, '# Notes', 'Do not forget:'].join(' ').replaceAll('{term}', '');
      expect(around).not.toContain(old);
      expect(fresh).not.toContain(old);
    }
  });
});
