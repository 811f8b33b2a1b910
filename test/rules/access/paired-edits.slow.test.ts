/** Each form of a policy before and after an edit, of its providers and of other roles: who gains, and what is said instead of a command. */
import { test } from '@jest/globals';
import { type Collected, complete, unavailable } from '../../../lib/model/collected.ts';
import { parsePolicy } from '../../../lib/policy/parse/parse-policy.ts';
import { accessOfEdit } from '../../../lib/rules/access/access-change.ts';
import { withAlternatives } from '../../../lib/rules/access/alternatives.ts';
import { audiencesOfTokens, issuersInPolicies } from '../../../lib/rules/access/asked-tokens.ts';
import { gainsOfEdit, gainsOfProvider } from '../../../lib/rules/access/gains.ts';
import { keepsOtherPrincipals } from '../../../lib/rules/access/other-principals.ts';
import { withPodIdentity } from '../../../lib/rules/access/pod-identity-grant.ts';
import { lengthFault, lengthNote } from '../../../lib/rules/access/policy-length.ts';
import { createProviderFix, creationRefusal, providerBeside } from '../../../lib/rules/access/provider-creation.ts';
import { trustPolicyFix } from '../../../lib/rules/trust/policy-edit/trust-policy-fix.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aCluster, aProvider, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { denied } from '../../support/in-cluster-world.ts';
import { beside, line, tell } from '../../support/paired-lines.ts';
import { mustParse } from '../../support/trust-cases.ts';
import { countsOf, wordsIn } from '../../support/whole/words-in.ts';
import { aud, exact, host, other, otherProvider, policy, provider, statement, sub } from '../trust/judge.ts';

const web = 'system:serviceaccount:checkout:web';
const tested = (condition: unknown, over: Record<string, unknown> = {}) => statement({ Condition: condition, ...over });
const own = (subject: unknown, audience: unknown = 'sts.amazonaws.com') =>
  tested({ StringEquals: { [sub]: subject, [aud]: audience } });
const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
const account = { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' };
const github = {
  ...own(exact),
  Principal: { Federated: provider.replace(host, 'token.actions.githubusercontent.com') },
};
const hard = tested({ ...complexCondition(sub), StringEquals: { [aud]: 'sts.amazonaws.com' } });

/** Statements of a policy, by what is true of them. */
const statements = {
  one: [own(exact)],
  another: [own(web)],
  two: [own([exact, web])],
  'one with any audience': [tested({ StringEquals: { [sub]: exact } })],
  'one with a pattern of audiences': [tested({ StringEquals: { [sub]: exact }, StringLike: { [aud]: 'v*' } })],
  'one with another audience': [own(exact, ['sts.amazonaws.com', 'vault'])],
  'a namespace': [
    tested({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' }, StringEquals: { [aud]: 'sts.amazonaws.com' } }),
  ],
  nobody: [own('cart')],
  'of two clusters': [statement({ Principal: { Federated: [provider, otherProvider] } })],
  'of the other cluster': [
    tested(
      { StringEquals: { [`${other}:sub`]: exact, [`${other}:aud`]: 'sts.amazonaws.com' } },
      { Principal: { Federated: otherProvider } },
    ),
  ],
  'with EC2': [own(exact), ec2],
  'with EC2 and an account': [own(exact), ec2, account],
  'with EC2 by another action': [own(exact), { ...ec2, Action: undefined, NotAction: 'sts:TagSession' }],
  'with EC2 by all actions but another': [own(exact), { ...ec2, Action: undefined, NotAction: 'sts:AssumeRole' }],
  'with GitHub': [own(exact), github],
  'with a Deny of the account': [own(exact), account, { ...account, Effect: 'Deny' }],
  'with all but one': [own(exact), { ...ec2, Principal: undefined, NotPrincipal: { AWS: '444455556666' } }],
  'with everyone': [own(exact), { ...account, Principal: '*' }],
  'too complex': [hard],
  'with a fault': [own(exact), { ...own(web), Resource: '*' }],
  'with a Sid twice': [
    { ...own(exact), Sid: 'A' },
    { ...own(web), Sid: 'A' },
  ],
};
const providers: Readonly<Record<string, Collected<readonly ReturnType<typeof aProvider>[]>>> = {
  its: complete([aProvider()]),
  'of two audiences': complete([
    aProvider({ audiences: ['sts.amazonaws.com', 'vault'] }),
    aProvider({ issuer: `https://${other}` }),
  ]),
  'without details': complete([aProvider({ detail: unavailable(denied) })]),
  none: complete([]),
  refused: unavailable(denied),
};

const { 'too complex': _hard, ...decidable } = statements;

test('edits', () => {
  const cases = beside({
    before: decidable,
    after: statements,
    providers,
    created: { nothing: undefined, its: host, other },
    detail: {
      'not read': {},
      tags: { detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: { team: 'x' } }) },
    },
    quota: { unread: {}, least: { trustPolicyLength: 2048 }, small: { trustPolicyLength: 400 } },
  });
  tell(
    'edits',
    cases.map(([title, { before, after, providers: some, created, detail, quota }]) => {
      const role = aRole({ trustPolicy: policy(...before), ...detail });
      const [old, edited] = [before, after].map(list => mustParse(policy(...list)));
      if (old === undefined || edited === undefined) throw new Error('got no policy, want two');
      const facts = someFacts({ providers: some as never, roles: complete([role]), quotas: complete(quota) });
      const parsed = parsePolicy(role.trustPolicy);
      const creates =
        created === undefined ? {} : { creates: { issuer: created, step: providerBeside(created, role, facts) } };
      const fix = trustPolicyFix({ role, policy: parsed }, facts, JSON.parse(policy(...after)), {
        summary: 's',
        choice: 'c',
        instead: 'i',
        ...creates,
      });
      return line(title, [
        gainsOfEdit(old, edited, role, facts, created),
        keepsOtherPrincipals(old, edited, facts),
        [fix.choice, fix.steps?.length],
        countsOf(wordsIn([accessOfEdit(old, edited, role, facts, created), fix.steps])),
      ]);
    }),
  );
});

test('tokens that are asked about, and the length of a policy', () => {
  const cases = beside({ of: statements, providers });
  tell(
    'tokens',
    cases.map(([title, { of, providers: some }]) => {
      const role = aRole({ trustPolicy: policy(...of) });
      const facts = someFacts({ providers: some, roles: complete([role]) });
      const parsed = mustParse(role.trustPolicy);
      return line(title, [
        issuersInPolicies([parsed], role, facts),
        audiencesOfTokens(host, [parsed], role, facts),
        gainsOfProvider(host, parsed, role, facts),
      ]);
    }),
  );
  const sized = (length: number) => ({ ...mustParse(policy(own(exact))), length });
  const lengths = [100, 2047, 2048, 2049, 4000, 8192, 8193];
  tell(
    'lengths',
    lengths.flatMap(before =>
      lengths.flatMap(after =>
        [undefined, 2048, 4000].map(quota => {
          const facts = someFacts({ quotas: complete(quota === undefined ? {} : { trustPolicyLength: quota }) });
          return line(
            [before, after, quota],
            [lengthFault(sized(before), sized(after), facts), lengthNote(sized(before), sized(after), facts)],
          );
        }),
      ),
    ),
  );
});

test('providers that are created', () => {
  const roleOf = (name: string, ...list: readonly Record<string, unknown>[]) =>
    aRole({ name, trustPolicy: policy(...list) });
  const others = {
    none: [],
    'one account': [roleOf('a', ...statements.one)],
    'two accounts': [roleOf('a', ...statements.two)],
    'a namespace': [roleOf('a', ...statements['a namespace'])],
    'two roles': [roleOf('b', ...statements['a namespace']), roleOf('a', ...statements.two)],
    'too complex': [roleOf('a', ...statements['too complex'])],
    'of the other cluster': [roleOf('a', ...statements['of the other cluster'])],
    'that cannot be read': [aRole({ name: 'a', trustPolicy: `{"Statement": "${provider}"` })],
  };
  const cases = beside({
    others,
    itself: { one: statements.one, namespace: statements['a namespace'] },
    quota: { unread: {}, room: { oidcProviders: 3 }, 'one left': { oidcProviders: 2 }, full: { oidcProviders: 1 } },
    providers: {
      none: complete([]),
      one: complete([aProvider({ issuer: `https://${other}` })]),
      refused: unavailable(denied),
    },
  });
  tell(
    'creations',
    cases.map(([title, { others: more, itself, quota, providers: some }]) => {
      const role = aRole({ trustPolicy: policy(...itself) });
      const facts = someFacts({ roles: complete([role, ...more]), providers: some as never, quotas: complete(quota) });
      const fix = createProviderFix(aCluster(), exampleIssuer, facts, 'Later.');
      return line(title, [
        creationRefusal(host, role, facts),
        fix.choice,
        fix.steps?.length,
        countsOf(wordsIn([fix.steps, providerBeside(host, role, facts)])),
      ]);
    }),
  );
});

test('alternatives, and the statement for Pod Identity', () => {
  const fix = (id: number) => ({
    summary: `s${id}`,
    steps: [providerBeside(`${id}.example`, aRole(), someFacts())],
    ...(id % 2 === 0 && { choice: `c${id}` }),
  });
  const look = { summary: 'look', steps: [{ look: { kind: 'discovery', issuer: 'x' } }] } as never;
  const lists = [
    [],
    [fix(1)],
    [fix(0)],
    [fix(1), fix(1)],
    [fix(1), look, { summary: 'none' }],
    [1, 2, 3, 4, 5, 6, 7].map(fix),
  ];
  tell(
    'alternatives',
    lists.map((others, at) =>
      line(
        at,
        (withAlternatives(fix(0), others).alternatives ?? []).map(({ summary, choice }) => [summary, choice]),
      ),
    ),
  );
  const texts = [
    policy(own(exact)),
    policy(),
    JSON.stringify({ Version: '2012-10-17', Statement: ec2 }),
    encodeURIComponent(policy(ec2)),
    '[]',
    '"x"',
    '{',
    '{"Id":"x"}',
  ];
  tell(
    'statements',
    texts.map(text => line(text, withPodIdentity(text, aCluster(), { namespace: 'checkout', serviceAccount: 'cart' }))),
  );
});
