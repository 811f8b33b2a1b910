import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { commands } from '../../lib/cli/commands.ts';

const io = {
  ...{ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {}, cwd: '/' },
  ...{ now: () => '2026-11-01T06:00:00.000Z', stdoutIsTerminal: false, stderrIsTerminal: false, exit: () => undefined },
};
const withChildren = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(withChildren)];
const all = async () => {
  const loaded = await Promise.all(commands.map(async ({ load }) => (await load())(io)));
  return loaded
    .flatMap(withChildren)
    .flatMap(command =>
      command.options.map(({ long, flags, short }) => ({ command: command.name(), long, flags, short })),
    );
};

/** Files by what they are: one flag for one thing. */
const files = [
  ...['--accounts', '--baseline', '--ca-file', '--config', '--control-policy', '--input', '--journal', '--kubeconfig'],
  ...['--output-file', '--policy', '--script', '--write'],
];

test('one thing has one flag in every command: a report is read by --input', async () => {
  const options = await all();
  expect(options.length).toBeGreaterThan(150);
  const ofFiles = options.filter(({ flags }) => flags.endsWith('<file>')).map(({ long = '' }) => long);
  expect([...new Set(ofFiles)].sort()).toEqual(files);
});

test('a flag has one short form, and its value one name', async () => {
  const options = await all();
  const formsOf = new Map<string, Set<string>>();
  for (const { long = '', flags } of options) formsOf.set(long, (formsOf.get(long) ?? new Set()).add(flags));
  const several = [...formsOf].filter(([, forms]) => forms.size > 1);
  expect(Object.fromEntries(several.map(([long, forms]) => [long, [...forms].sort()]))).toEqual({
    // Filters take a name in any namespace too; what decides on one service account wants it whole.
    '--service-account': ['--service-account <name>', '--service-account <namespace/name>'],
    // A way ends at somebody, a message goes to a kind of destination.
    '--to': ['--to <end>', '--to <kind>'],
  });
});
