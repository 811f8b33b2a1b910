import { describe, expect, test } from '@jest/globals';
import { globMachine, literalMachine, type Machine } from '../../../lib/policy/who/glob-dfa.ts';
import { literalGlob, wildcardGlob } from '../../../lib/policy.ts';

const walk = (machine: Machine, text: string): number =>
  [...text].reduce((state, letter) => machine.step(state, letter.charCodeAt(0)), 1);

describe('the automaton of a pattern', () => {
  const machineOf = (pattern: string, budget = { left: 1000 }) => ({
    machine: globMachine(wildcardGlob(pattern), budget),
    glob: wildcardGlob(pattern),
    budget,
  });

  test.each([
    ['', '', true],
    ['', 'a', false],
    ['a*b', 'ab', true],
    ['a*b', 'axxb', true],
    ['a*b', 'axxbx', false],
    ['*', '', true],
    ['a?', 'ab', true],
    ['a?', 'a', false],
    ['*a?', 'aaab', true],
  ])('"%s" and "%s": %s', (pattern, text, expected) => {
    const { machine, glob } = machineOf(pattern);
    expect(machine.matches(walk(machine, text), glob)).toBe(expected);
  });

  test('a text that matches nothing any more leads to state 0, and stays there at no cost', () => {
    const { machine, glob, budget } = machineOf('ab');
    expect(walk(machine, 'x')).toBe(0);
    const { left } = budget;
    expect(walk(machine, 'xab')).toBe(0);
    expect(budget.left).toBe(left);
    expect(machine.matches(0, glob)).toBe(false);
  });

  test('a step is worked out once: by its positions, twice each, and one', () => {
    const { machine, budget } = machineOf('*a*');
    walk(machine, 'b');
    expect(budget.left).toBe(1000 - (2 * 2 + 1));
    walk(machine, 'b');
    expect(budget.left).toBe(1000 - (2 * 2 + 1));
    walk(machine, 'a');
    expect(budget.left).toBe(1000 - 2 * (2 * 2 + 1));
  });

  test('equal sets of positions are one state', () => {
    const { machine } = machineOf('*ab');
    expect(walk(machine, 'xxa')).toBe(walk(machine, 'a'));
    expect(walk(machine, 'aba')).toBe(walk(machine, 'a'));
    expect(walk(machine, 'xx')).toBe(1);
    const many = machineOf(`*${'a?'.repeat(12)}*b`).machine;
    expect(walk(many, 'bbbb')).toBe(walk(many, 'cc'));
  });

  test('a state is within another one that has its positions and maybe more', () => {
    const { machine, budget } = machineOf('*a*b');
    const [start, a, ab] = [walk(machine, ''), walk(machine, 'a'), walk(machine, 'ab')];
    expect(machine.isWithin(start, a)).toBe(true);
    expect(machine.isWithin(a, ab)).toBe(true);
    expect(machine.isWithin(a, start)).toBe(false);
    expect(machine.isWithin(ab, a)).toBe(false);
    expect(machine.isWithin(0, start)).toBe(true);
    const { left } = budget;
    expect(machine.isWithin(a, a)).toBe(true);
    expect(budget.left).toBe(left);
    const fixed = machineOf('*ab').machine;
    expect(fixed.isWithin(walk(fixed, 'a'), walk(fixed, 'ab'))).toBe(false);
  });
});

describe('the automaton of exact texts', () => {
  const machine = literalMachine(['ab', 'abc', 'b', '']);

  test.each([
    ['ab', 'ab', true],
    ['ab', 'abc', false],
    ['abc', 'abc', true],
    ['b', 'b', true],
    ['', '', true],
    ['a', 'a', false],
    ['abcd', 'abc', false],
  ])('after "%s" it matches "%s": %s', (text, literal, expected) => {
    expect(machine.matches(walk(machine, text), literalGlob(literal))).toBe(expected);
  });

  test('what is none leads to state 0; texts share their beginning', () => {
    expect([walk(machine, 'x'), walk(machine, 'abcd'), machine.step(0, 97)]).toEqual([0, 0, 0]);
    expect(machine.matches(0, literalGlob(''))).toBe(false);
    expect(new Set(['', 'a', 'ab', 'abc', 'b'].map(text => walk(machine, text))).size).toBe(5);
  });

  test('a state is within another one only where that is plain', () => {
    const [none, start, a] = [0, walk(machine, ''), walk(machine, 'a')];
    expect(machine.isWithin(none, start)).toBe(true);
    expect(machine.isWithin(a, a)).toBe(true);
    expect(machine.isWithin(a, start)).toBe(false);
    expect(machine.isWithin(start, none)).toBe(false);
  });

  test('it ends where one of its texts ends', () => {
    expect(['', 'a', 'ab', 'abc', 'b', 'x'].filter(text => machine.ends(walk(machine, text)))).toEqual([
      '',
      'ab',
      'abc',
      'b',
    ]);
  });
});
