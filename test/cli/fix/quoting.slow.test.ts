import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { addAudience, setTrustPolicy } from '../../../lib/fixes/aws-steps.ts';
import { annotate } from '../../../lib/fixes/kubernetes-steps.ts';
import { posixCommands } from '../../../lib/fixes/render-step.ts';
import { complete, valueOr } from '../../../lib/model/collected.ts';
import { roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import type { Step } from '../../../lib/model/step.ts';
import { shellQuote } from '../../../lib/text/quote.ts';
import { textAt } from '../../../sandbox/kubernetes/json-value.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { useFixBench } from '../../support/fix-bench.ts';
import { fc } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';

/** Words that hostile names are made of, through the real shell and the real parsers of aws and kubectl: what arrives is
 *  what was given, and nothing runs. */

const run = promisify(execFile);
const pieces = [
  ...[
    "'",
    '"',
    '`',
    '$',
    '$(touch p1)',
    '`touch p2`',
    '\\',
    '\\n',
    '\n',
    '\r',
    '\t',
    ' ',
    ';touch p3;',
    '&&',
    '|',
    '&',
  ],
  ...[
    '!',
    '!!',
    '*',
    '?',
    '~',
    '#',
    '(',
    ')',
    '{a,b}',
    '[a]',
    '<',
    '>',
    '-',
    '--',
    '=',
    '@',
    '%PATH%',
    '^',
    'é',
    '\u2019',
  ],
  ...[
    'file://',
    'fileb:///etc/passwd',
    'https://x',
    '${HOME}',
    '$HOME',
    '\u202e',
    '😀',
    'a',
    'B',
    '0',
    ',',
    ':',
    '/',
    '.',
  ],
];
const word = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }).map(list => list.join(''));
const words = (count: number, seed: number): readonly string[] => [
  ...pieces,
  ...fc.sample(word, { numRuns: count, seed }),
];

const shells = ['sh', 'bash', 'dash', 'zsh', 'ksh'].filter(name => spawnSync(name, ['-c', ':']).status === 0);
const bench = useFixBench('quoting');
afterAll(() => {
  process.stdout.write(`quoting: through ${shells.join(', ')}, with ${bench.used()}\n`);
});

describe('a quoted word reaches a program as it is', () => {
  test.each(shells)('through %s', shell => {
    const given = words(casesOf(400), 7);
    const before = readdirSync(bench.folder);
    const script = `printf '%s\\0' ${given.map(shellQuote).join(' ')}`;
    const said = execFileSync(shell, ['-c', script], { cwd: bench.folder, encoding: 'utf8', maxBuffer: 1 << 24 });
    expect(said.split('\0').slice(0, -1)).toEqual(given);
    expect(readdirSync(bench.folder)).toEqual(before);
  });
});

describe('what is given is what the program writes', () => {
  const facts = someFacts({
    roles: complete([aRole()]),
    providers: complete([aProvider({ audiences: ['sts.amazonaws.com'] })]),
    clusters: complete([aReadCluster()]),
  });
  const pasted = async (step: Step, env: NodeJS.ProcessEnv): Promise<void> => {
    await run('sh', ['-c', posixCommands([step]).join('\n')], { env, cwd: bench.folder, timeout: 240_000 });
  };

  test('aws: audiences and policies, joined to few calls', async () => {
    const [role] = valueOr(facts.snapshot.roles, []);
    const [provider] = valueOr(facts.snapshot.providers, []);
    if (role === undefined || provider === undefined) throw new Error('the example has no role or no provider');
    // IAM refuses an empty audience, one with control characters, and one that is longer than 255.
    const audiences = ['file:///etc/passwd', '-x', `it's "$HOME" \`id\``, 'é😀 \\;touch p @f', '--help'];
    const subjects = words(casesOf(40), 11).filter(text => !/[\r\n]/.test(text));
    await bench.within(
      facts,
      () => undefined,
      async ({ world, env }) => {
        const account = world.accounts[0];
        for (const audience of audiences) await pasted(addAudience(provider.arn, audience), env);
        expect(account?.providers[0]?.audiences).toEqual(['sts.amazonaws.com', ...audiences]);
        const policy = {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: provider.arn },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: { StringEquals: { 'oidc.example:sub': subjects.slice(0, 60) } },
            },
          ],
        };
        const step = setTrustPolicy(role.arn, role.trustPolicy, policy);
        await pasted(step, env);
        expect(JSON.parse(account?.roles[0]?.trustPolicy ?? '{}')).toEqual(policy);
      },
    );
  });

  test('kubectl: values of annotations', async () => {
    const values = [...pieces.filter(text => text.length > 1), ...words(0, 1).slice(0, 6), 'a=b=c', '-', 'x-', "'\n'"];
    const { cluster } = aReadCluster();
    const account = { namespace: 'checkout', name: 'cart', annotations: {} };
    await bench.within(
      facts,
      () => undefined,
      async ({ world, env }) => {
        const inside = [...world.kubernetes.values()][0];
        for (const value of values) {
          await pasted(annotate(cluster, account, roleArnKey, value), env);
          const now = inside?.serviceAccounts.find(one => textAt(one, 'metadata', 'name') === 'cart');
          expect(textAt(now, 'metadata', 'annotations', roleArnKey)).toBe(value);
        }
      },
    );
  });
});
