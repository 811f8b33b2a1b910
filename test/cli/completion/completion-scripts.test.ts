/** The scripts of the shells for a small tree of commands, whole: each kind of value, and what a shell would run or end. */
import { expect, test } from '@jest/globals';
import {
  bashCompletion,
  type CommandTree,
  fishCompletion,
  zshCompletion,
} from '../../../lib/cli/completion/completion-scripts.ts';
import { golden } from '../../support/golden.ts';

const option = (flag: string, over: Partial<CommandTree['options'][number]> = {}) => ({
  ...{ flag, description: `it's [a]: \\${flag.slice(2)}`, choices: [], takesValue: true },
  ...over,
});
const leaf = (name: string, options: CommandTree['options'] = []): CommandTree => ({
  ...{ name, description: `the command's [${name}]: \\`, options, commands: [] },
});
const tree: CommandTree = {
  ...leaf('irsa-auditor'),
  commands: [
    leaf('scan', [
      ...['--input', '--config', '--context', '--cluster', '--role', '--rule', '--limit'].map(flag => option(flag)),
      option('--format', { choices: ['text', 'json'] }),
      option('--json', { takesValue: false }),
    ]),
    leaf('lint', [option('--format', { choices: ['text', 'sarif'] })]),
    leaf('rules'),
    { ...leaf('findings'), commands: [leaf('list', [option('--limit')]), leaf('list-all'), leaf('explain')] },
  ],
};
const rules = ['role-unused', 'trust-any-subject'];

test('the script of each shell is the one that is kept', () => {
  const scripts = [bashCompletion(tree, rules), zshCompletion(tree, rules), fishCompletion(tree, rules)];
  expect(scripts.filter(script => !script.includes('trust-any-subject'))).toEqual([]);
  golden('completion-scripts.txt', scripts.join('\n====\n'));
});
