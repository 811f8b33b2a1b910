import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { commands } from '../../lib/cli/commands.ts';
import { runCommand } from '../support/captured-io.ts';

const withChildren = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(withChildren)];
const pathOf = (command: Command): readonly string[] =>
  command.parent === null ? [command.name()] : [...pathOf(command.parent), command.name()];
const optionsIn = (help: string): readonly string[] =>
  [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option = '']) => option);

let all: readonly Command[] = [];
let shared: readonly string[] = [];
beforeAll(async () => {
  const loaded = await Promise.all(commands.map(async ({ load }) => (await load())({ env: {} } as never)));
  all = loaded.flatMap(withChildren);
  shared = optionsIn((await runCommand(['help', 'options'])).stdout);
});

describe('the help of a command', () => {
  test('has at most 15 options of its own; each other one is in that of the shared ones', async () => {
    expect(all.length).toBeGreaterThan(30);
    for (const command of all) {
      const { stdout } = await runCommand([...pathOf(command), '--help']);
      const own = optionsIn(stdout);
      if (command.name() !== 'options') expect([pathOf(command), own.length <= 15]).toEqual([pathOf(command), true]);
      const told = command.options.filter(option => !option.hidden).flatMap(({ long }) => long ?? []);
      expect(told.filter(option => !own.includes(option) && !shared.includes(option))).toEqual([]);
      const isShort = told.some(option => !own.includes(option));
      expect([pathOf(command), stdout.includes('irsa-auditor help options')]).toEqual([pathOf(command), isShort]);
    }
  });

  test('names a shared option where a mistyped one is near it', async () => {
    const { stderr, code } = await runCommand(['scan', '--kubeconfg', 'x']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean --kubeconfig?')]);
  });
});
