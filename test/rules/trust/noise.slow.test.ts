import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { atLeast, severities } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { type StatementJson, withNoise } from '../../support/policy-noise.ts';
import { seed } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';
import { aud, exact, provider, statement, sub } from './judge.ts';

/** Findings of an exposure, as a scan sees the policy: every provider that it names exists. */
const exposing = (statements: readonly StatementJson[]) => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const arns = new Set(trustPolicy.match(/arn:[\w-]+:iam::\d{12}:oidc-provider\/[^"\s\]]+/g));
  const providers = [...arns].map(arn => aProvider({ arn, issuer: `https://${arn.slice(arn.indexOf('/') + 1)}` }));
  const facts = someFacts({ providers: complete(providers), roles: complete([aRole({ trustPolicy })]) });
  return evaluate(facts, { rules: catalog }).findings.filter(
    ({ impact, severity, ruleId }) =>
      impact === 'exposes' && atLeast(severity, 'low') && ruleId !== 'provider-orphaned',
  );
};

const rankOf = (statements: readonly StatementJson[]): number => {
  const ranks = exposing(statements).map(({ severity }) => severities.indexOf(severity));
  return Math.min(severities.length, ...ranks);
};

const open: readonly { readonly id: string; readonly title: string; readonly statements: readonly StatementJson[] }[] =
  readFileSync('test/fixtures/trust/exposed-policies.jsonl', 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));

const seeds = (count: number): readonly number[] => Array.from({ length: casesOf(count) }, (_, at) => seed * 1000 + at);

describe('noise that restricts nobody makes no exposure milder', () => {
  test.each(open)('$id $title', ({ statements }) => {
    const before = rankOf(statements);
    const milder = seeds(3)
      .map(one => withNoise(statements, one))
      .filter(noisy => rankOf(noisy) > before);
    expect(milder.map(noisy => JSON.stringify(noisy))).toEqual([]);
  });
});

const own = 'arn:aws:iam::111122223333';
const login = (host: string, condition: unknown): StatementJson =>
  statement({ Principal: { Federated: `${own}:oidc-provider/${host}` }, Condition: condition });
const github = 'token.actions.githubusercontent.com';
const signed = (Principal: unknown, Condition: unknown = {}): StatementJson => ({
  ...{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition },
});

/** Closed by construction: exact names, literal owners, the own organization; or open and denied to all others. */
const closed: readonly (readonly [string, readonly StatementJson[]])[] = [
  ['an exact service account', [statement()]],
  [
    'an exact one as a pattern',
    [statement({ Condition: { StringLike: { [sub]: exact }, StringEquals: { [aud]: 'sts.amazonaws.com' } } })],
  ],
  [
    'every one, and all but one denied',
    [
      statement({ Condition: { StringEquals: { [aud]: 'sts.amazonaws.com' } } }),
      statement({ Effect: 'Deny', Condition: { StringNotEquals: { [sub]: exact } } }),
    ],
  ],
  ['every one, and all denied', [statement({ Condition: {} }), statement({ Effect: 'Deny', Condition: {} })]],
  [
    'a session name that is denied',
    [
      statement({ Condition: { StringEquals: { 'sts:RoleSessionName': 'a' } } }),
      statement({ Effect: 'Deny', Condition: { StringEquals: { 'sts:RoleSessionName': 'a' } } }),
      statement(),
    ],
  ],
  [
    'a GitHub owner beside it',
    [
      statement(),
      login(github, {
        StringLike: { [`${github}:sub`]: 'repo:acme/*' },
        StringEquals: { [`${github}:aud`]: 'sts.amazonaws.com' },
      }),
    ],
  ],
  [
    'a GitHub owner by its claim',
    [
      statement(),
      login(github, {
        StringEquals: { [`${github}:repository_owner`]: 'acme', [`${github}:aud`]: 'sts.amazonaws.com' },
      }),
    ],
  ],
  [
    'a GitLab group beside it',
    [
      statement(),
      login('gitlab.com', { StringLike: { 'gitlab.com:sub': 'project_path:acme/app:ref_type:branch:ref:*' } }),
    ],
  ],
  [
    'an organization of Terraform Cloud beside it',
    [
      statement(),
      login('app.terraform.io', {
        StringLike: { 'app.terraform.io:sub': 'organization:acme:project:*:workspace:*:run_phase:*' },
      }),
    ],
  ],
  [
    'the own organization beside it',
    [statement(), signed({ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-klmnopqrst' } })],
  ],
  ['a role of the own account beside it', [statement(), signed({ AWS: `${own}:role/deploy` })]],
  [
    'EKS Pod Identity beside it',
    [statement(), { ...signed({ Service: 'pods.eks.amazonaws.com' }), Action: ['sts:AssumeRole', 'sts:TagSession'] }],
  ],
  [
    'a SAML provider beside it',
    [
      statement(),
      {
        ...signed(
          { Federated: `${own}:saml-provider/corp` },
          { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
        ),
        Action: 'sts:AssumeRoleWithSAML',
      },
    ],
  ],
];

describe('a policy that is closed by construction stays quiet with the same noise', () => {
  test.each(closed)('%s', (_, statements) => {
    expect(exposing(statements).map(({ ruleId, severity }) => `${ruleId} ${severity}`)).toEqual([]);
    const told = seeds(20).flatMap(one => {
      const noisy = withNoise(statements, one);
      return exposing(noisy).map(({ ruleId, severity }) => `${ruleId} ${severity} ${JSON.stringify(noisy)}`);
    });
    expect(told).toEqual([]);
  });
});

test('noise is there, and every piece of a policy stays in it', () => {
  const noisy = seeds(20).map(one => JSON.stringify(withNoise([statement()], one)));
  expect(new Set(noisy).size).toBeGreaterThan(15);
  for (const one of noisy) expect(one).toContain(provider);
});
