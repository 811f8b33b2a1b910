import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keepChanges } from '../../lib/history/keep-changes.ts';
import { aChangeEvent } from '../support/drift-builders.ts';

const role = (name: string) => ({ kind: 'role', name }) as const;
const storm = (count: number, name: string, actor: string) =>
  Array.from({ length: count }, (_, index) =>
    aChangeEvent({
      eventId: `${name}-${actor}-${index}`,
      thing: role(name),
      actor,
      at: `2026-11-25T10:16:00.${String(index % 1000).padStart(3, '0')}Z`,
    }),
  );

describe('of more events than are kept', () => {
  test('each thing keeps its own, whatever came after it', () => {
    const quiet = aChangeEvent({ eventId: 'quiet', thing: role('quiet') });
    const { kept } = keepChanges([quiet, ...storm(1000, 'loud', 'noise')], 10);
    expect(kept).toHaveLength(10);
    expect(kept).toContainEqual(quiet);
  });

  test('each of those who changed one thing stays', () => {
    const kim = aChangeEvent({ eventId: 'kim', thing: role('loud') });
    const { kept } = keepChanges([kim, ...storm(1000, 'loud', 'noise')], 10);
    expect(kept.map(({ actor }) => actor)).toContain(kim.actor);
  });

  test('those of a thing that has others are counted with it, those of things without any by themselves', () => {
    const many = storm(1000, 'loud', 'noise');
    const first = keepChanges(many, 10);
    expect(first).toMatchObject({ leftOut: 0 });
    expect(first.kept.reduce((sum, { others = 0 }) => sum + 1 + others, 0)).toBe(1000);
    const again = keepChanges([...first.kept, ...storm(5, 'other', 'noise')], 1);
    expect(again.kept.reduce((sum, { others = 0 }) => sum + 1 + others, 0) + again.leftOut).toBe(1005);
    expect(again.leftOut).toBe(5);
  });
});

test('whatever comes, in whatever parts, no event is lost from the count', () => {
  const events = fc.uniqueArray(
    fc.record({ eventId: fc.uuid(), name: fc.constantFrom('a', 'b', 'c'), actor: fc.constantFrom('kim', 'lee') }),
    { maxLength: 40, selector: ({ eventId }) => eventId },
  );
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 40 }), (drawn, most, at) => {
      const all = drawn.map(({ eventId, name, actor }) => aChangeEvent({ eventId, actor, thing: role(name) }));
      const parts = [all.slice(0, at), all.slice(at)].map(part => keepChanges(part, most));
      const whole = keepChanges(
        parts.flatMap(({ kept }) => kept),
        most,
      );
      const counted = whole.kept.reduce((sum, { others = 0 }) => sum + 1 + others, 0);
      const leftOut = [whole, ...parts].reduce((sum, part) => sum + part.leftOut, 0);
      expect(counted + leftOut).toBe(all.length);
      expect(whole.kept.length).toBeLessThanOrEqual(most);
    }),
  );
});
