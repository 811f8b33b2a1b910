import { beforeAll, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { withIssuerAccess } from '../../lib/cli/commands/scan.ts';
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

  test('a name that stands for one takes no second one in silence', async () => {
    for (const command of ['scan', 'fix', 'graph', 'findings']) {
      const { stderr, code } = await runCommand([command, '-n', 'a', '-n', 'b']);
      expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining('it takes one here, and got two')]);
    }
  });

  test('names a shared option where a mistyped one is near it', async () => {
    const { stderr, code } = await runCommand(['scan', '--kubeconfg', 'x']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean --kubeconfig?')]);
  });

  test('takes where issuers are reached from the environment, unless it is typed', async () => {
    const read = (...typed: readonly string[]) =>
      withIssuerAccess(new Command('x')).parse(typed, { from: 'user' }).opts();
    try {
      process.env.IRSA_AUDITOR_CONNECT_TO = 'a:443:127.0.0.1:1 b:443:127.0.0.1:2';
      process.env.IRSA_AUDITOR_CA_FILE = 'roots.pem';
      expect(read()).toEqual({ connectTo: ['a:443:127.0.0.1:1', 'b:443:127.0.0.1:2'], caFile: 'roots.pem' });
      expect(read('--connect-to', 'c:443:127.0.0.1:3', '--ca-file', 'other.pem')).toEqual({
        connectTo: ['c:443:127.0.0.1:3'],
        caFile: 'other.pem',
      });
      process.env.IRSA_AUDITOR_CONNECT_TO = 'here';
      const { code, stderr } = await runCommand(['scan', '--region', 'eu-west-1']);
      expect([code, stderr]).toEqual([2, expect.stringContaining('--connect-to: got "here"')]);
    } finally {
      delete process.env.IRSA_AUDITOR_CONNECT_TO;
      delete process.env.IRSA_AUDITOR_CA_FILE;
    }
    expect(read()).toEqual({});
  });
});
