/** Principals, texts and denials of each form: who is named by a policy, and what is said of it. */
import { expect, test } from '@jest/globals';
import { matchWebIdentity } from '../../lib/policy/decide/evaluate-statement.ts';
import { matchesPodIdentity } from '../../lib/policy/who/pod-identity.ts';
import {
  decide,
  denialOf,
  environmentOf,
  explainDecision,
  isForAnyone,
  isWildcardPrincipal,
  mayTrustWebIdentity,
  namesInTrustPolicy,
  namesPodIdentity,
  namesPrincipal,
  parseControlPolicy,
  parsePolicy,
  type Statement,
} from '../../lib/policy.ts';
import { allowsEveryone } from '../../lib/rules/trust/statement/caller.ts';
import { beside, line, tell, texts } from '../support/paired-lines.ts';
import { aRequest, aStatement, mustParse, P, policyText, provider, S, sub } from '../support/trust-cases.ts';

const statementOf = (over: object): Statement => {
  const [statement] = mustParse(policyText([aStatement(over as never)])).statements;
  if (statement === undefined) throw new Error('got no statement, want one');
  return statement;
};

test('principals', () => {
  const cases = beside({
    type: {
      Federated: 'Federated',
      AWS: 'AWS',
      Service: 'Service',
      CanonicalUser: 'CanonicalUser',
      odd: 'Users',
      everyone: undefined,
      other: 'not',
    },
    value: {
      star: '*',
      its: provider,
      host: P,
      service: 'pods.eks.amazonaws.com',
      'of China': 'pods.eks.amazonaws.com.cn',
      another: 'ec2.amazonaws.com',
      longer: `${provider}0`,
      account: '111122223333',
      saml: 'arn:aws:iam::111122223333:saml-provider/corp',
      role: 'arn:aws:iam::111122223333:role/x',
    },
    effect: { Allow: 'Allow', Deny: 'Deny', odd: 'allow' },
    test: {
      none: {},
      caller: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } },
      'any caller': { StringLike: { 'aws:PrincipalArn': '*' } },
      'a caller, if any': { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },
      'no caller': { StringEquals: { 'aws:PrincipalOrgID': [] } },
      'a call for another': { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::x' } },
      'a user': { StringLike: { 'aws:userid': 'A*' } },
    },
  });
  tell(
    'principals',
    cases.map(([title, { type, value, effect, test: tested }]) => {
      const named =
        type === undefined
          ? { Principal: '*' }
          : type === 'not'
            ? { Principal: undefined, NotPrincipal: { Federated: value } }
            : { Principal: { [type]: [value] } };
      const statement = statementOf({ ...named, Effect: effect, Condition: tested });
      const entries = statement.principal?.kind === 'typed' ? statement.principal.entries : [];
      const parsed = parsePolicy(
        policyText([{ ...aStatement({ ...named, Effect: effect, Condition: tested } as never) }]),
      );
      return line(title, [
        [
          isWildcardPrincipal(statement.principal),
          isForAnyone(statement),
          mayTrustWebIdentity(parsed),
          allowsEveryone(statement),
        ],
        [namesPodIdentity(statement), namesPrincipal(statement, provider), namesPrincipal(statement, '*')],
        entries.map(entry => [matchWebIdentity(entry, environmentOf(aRequest())), matchesPodIdentity(entry)]),
      ]);
    }),
  );
  for (const faults of [{ Sid: 'not one' }, { Sid: 'Twice' }]) {
    const of = { Principal: { Service: 'ec2.amazonaws.com' }, ...faults };
    expect(mayTrustWebIdentity(parsePolicy(policyText([aStatement(of), aStatement(of)])))).toBe(true);
  }
});

test('names in the text of a policy', () => {
  const written = [
    policyText([aStatement({ Principal: { Federated: provider, AWS: ['111122223333', '*'] } })]),
    policyText([aStatement({ Principal: undefined, NotPrincipal: { AWS: ['444455556666'] } })]),
    policyText([
      aStatement({
        Principal: '*',
        Condition: { StringLike: { [sub]: [`${S}*`, 'x'] }, Null: { 'aws:userid': true } },
      }),
    ]),
    policyText([aStatement(), aStatement({ Effect: 'Deny', Principal: '*', Condition: {} })]),
    `{"Statement": "${provider}", "x": "`,
    '',
  ];
  tell(
    'names',
    written.map(trustPolicy => line(trustPolicy, namesInTrustPolicy({ trustPolicy }))),
  );
});

test('texts as they arrive', () => {
  const plain = policyText([aStatement()]);
  const arrived = texts(
    ['', '\ufeff', ' ', '\n', '%20', '%0A', '%0d%09', '%EF%BB%BF', 'x'],
    ['plain', 'encoded', 'broken', 'cut', ''],
    ['', ' ', '%20', '\n', '%'],
  );
  tell(
    'texts',
    arrived.map(form => {
      const text = form
        .replace('plain', plain)
        .replace('encoded', encodeURIComponent(plain))
        .replace('broken', '%7B%E0%A4%A')
        .replace('cut', '%7B%22Statement%22%3A');
      const parsed = parsePolicy(text);
      return line(
        form,
        parsed.ok
          ? parsed.policy.statements.length
          : [parsed.problem.message, parsed.problem.at, parsed.excerpt.slice(0, 30)],
      );
    }),
  );
  const long = (more: number): string => `${' '.repeat(131_072 - plain.length + more)}${plain}`;
  expect([parsePolicy(long(0)).ok, parsePolicy(long(1)).ok]).toEqual([true, false]);
});

test('denials of control policies', () => {
  const cases = beside({
    resource: {
      all: { Resource: '*' },
      role: { Resource: aRequest().roleArn },
      variable: { Resource: `arn:aws:iam::*:role/\${aws:username}` },
      wide: { Resource: 'arn:*' },
      'not it': { NotResource: aRequest().roleArn },
      'not another': { NotResource: 'arn:aws:s3:::x' },
      odd: { Resource: 7 },
    },
    principal: { everyone: '*', 'every account': { AWS: '*' }, one: { AWS: '111122223333' } },
    action: { web: 'sts:AssumeRoleWithWebIdentity', all: '*', another: 's3:*' },
    condition: {
      none: {},
      own: { StringLike: { [sub]: `${S}prod:*` } },
      organization: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
      'if any': { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } },
      network: { StringEquals: { 'aws:SourceVpc': 'x' } },
      tag: { StringEquals: { 'aws:ResourceTag/team': 'shop' } },
    },
    second: {
      none: [],
      open: [
        { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*', Condition: { Bool: { 'aws:Odd': 'true' } } },
      ],
      'a Sid twice': [
        { Sid: 'A', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
        { Sid: 'A', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' },
      ],
      allow: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
    },
    effect: { Deny: 'Deny', Allow: 'Allow' },
    version: { new: '2012-10-17', old: '2008-10-17' },
  });
  tell(
    'denials',
    cases.map(([title, { resource, principal, action, condition, second, effect, version }]) => {
      const statement = { Effect: effect, Principal: principal, Action: action, Condition: condition, ...resource };
      const policy = parseControlPolicy(JSON.stringify({ Version: version, Statement: [statement, ...second] }));
      const { truth, doubts } = policy
        ? denialOf(policy, aRequest({ roleTags: { team: 'shop' } }))
        : { truth: undefined, doubts: [] };
      return line(title, [truth, doubts.map(({ because, reason }) => `${reason.kind} ${because}`)]);
    }),
  );
});

test('explanations', () => {
  const allowed = mustParse(policyText([aStatement()]));
  const denied = mustParse(policyText([aStatement({ Effect: 'Deny' })]));
  const asked = [allowed, denied].flatMap(policy =>
    (['evaluated', 'not evaluated', undefined] as const).map(controls =>
      explainDecision(decide(policy, aRequest()), aRequest(), controls).at(-1),
    ),
  );
  tell(
    'last lines',
    asked.map((one, at) => line(at, one)),
  );
});
