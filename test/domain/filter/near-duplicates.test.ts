import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateTask, planTasks } from '../../../activities/synthesize/procedural/generate-task.js';
import { nearDuplicates, taskText } from '../../../domain/filter/near-duplicates.js';

const words = (count: number, first = 0): string =>
  Array.from({ length: count }, (_, index) => `word${first + index}`).join(' ');

describe('nearDuplicates', () => {
  it('keeps texts that differ', () => {
    const items = [
      { id: 'a', text: words(100) },
      { id: 'b', text: words(100, 50) },
    ];
    expect(nearDuplicates(items, { threshold: 0.9 })).toEqual({ keep: ['a', 'b'], dropped: [] });
  });

  it('drops the same text, and the same id, with similarity 1', () => {
    const items = [
      { id: 'a', text: words(40) },
      { id: 'b', text: words(40) },
      { id: 'a', text: words(40, 90) },
    ];
    expect(nearDuplicates(items, { threshold: 0.9 })).toEqual({
      keep: ['a'],
      dropped: [
        { id: 'b', of: 'a', similarity: 1 },
        { id: 'a', of: 'a', similarity: 1 },
      ],
    });
  });

  it('takes no notice of case and punctuation', () => {
    const items = [
      { id: 'a', text: 'Sum the units of data/sales.csv, please.' },
      { id: 'b', text: 'sum the UNITS of data/sales.csv please' },
    ];
    expect(nearDuplicates(items, { threshold: 0.9 }).dropped).toEqual([{ id: 'b', of: 'a', similarity: 1 }]);
  });

  it('drops a text with one word changed, and says how similar it is', () => {
    const items = [
      { id: 'a', text: words(200) },
      { id: 'b', text: words(200).replace('word77', 'other') },
    ];
    // 198 shingles each, of which the changed word touches three.
    expect(nearDuplicates(items, { threshold: 0.9 }).dropped).toEqual([{ id: 'b', of: 'a', similarity: 195 / 201 }]);
    expect(nearDuplicates(items, { threshold: 0.98 }).dropped).toEqual([]);
  });

  it('finds near-duplicates at any usual threshold', () => {
    for (const [threshold, common] of [
      [0.5, 150],
      [0.7, 175],
      [0.8, 185],
      [0.95, 199],
    ] as const) {
      const items = Array.from({ length: 50 }, (_, family) => family * 10_000).flatMap((first) => [
        { id: `${first}`, text: words(200, first) },
        { id: `${first} again`, text: `${words(common, first)} ${words(200 - common, first + 5_000)}` },
      ]);
      expect(nearDuplicates(items, { threshold }).dropped).toHaveLength(50);
    }
  });

  it('puts every item in exactly one of keep and dropped, and keeps what the dropped ones refer to', () => {
    const item = fc.record({ id: fc.string(), text: fc.string({ maxLength: 40 }) });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), (items) => {
        const { keep, dropped } = nearDuplicates(items, { threshold: 0.8 });
        expect(keep.length + dropped.length).toBe(items.length);
        for (const { of, similarity } of dropped) {
          expect(keep).toContain(of);
          expect(similarity).toBeGreaterThanOrEqual(0.8);
        }
        expect(nearDuplicates(items, { threshold: 0.8 })).toEqual({ keep, dropped });
      }),
    );
  });

  it('drops copies of generated tasks and hardly any other', () => {
    const planned = planTasks({ count: 2_000, seed: 3, retellings: 2 });
    const tasks = planned.map(({ kind, seed, retelling }) => generateTask(kind, seed, retelling));
    const items = tasks.map((task) => ({ id: task.id, text: taskText(task) }));
    const { dropped } = nearDuplicates(items, { threshold: 0.9 });
    expect(dropped.length).toBeLessThan(40);
    const copies = items.slice(0, 100).map(({ id, text }) => ({ id: `${id} copy`, text: `${text} thanks` }));
    expect(nearDuplicates([...items, ...copies], { threshold: 0.9 }).dropped).toHaveLength(dropped.length + 100);
  });

  it('does not slow down when everything is alike', () => {
    const items = Array.from({ length: 3_000 }, (_, index) => ({
      id: `${index}`,
      text: `${words(80)} ${words(20, 1_000 + 20 * index)}`,
    }));
    expect(nearDuplicates(items, { threshold: 0.9 }).dropped).toEqual([]);
  });
});
