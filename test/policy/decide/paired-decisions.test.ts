/** Each operator beside each key, each form of value, of statement and of request: the decision, its explanation, and who may assume the role. */
import { expect, test } from '@jest/globals';
import { decide, explainDecision, subjectsOf, type WebIdentityRequest } from '../../../lib/policy.ts';
import { pairwise } from '../../support/pairwise.ts';
import {
  aRequest,
  aStatement,
  aud,
  mustParse,
  otherSub,
  P,
  policyText,
  provider,
  S,
  sub,
} from '../../support/trust-cases.ts';
import { whole } from '../../support/whole/whole.ts';
import { countsOf, wordsIn } from '../../support/whole/words-in.ts';

type Json = Readonly<Record<string, unknown>>;

const plain = [
  ...['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike'],
  ...['StringNotLike', 'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike', 'Bool', 'Null', 'BinaryEquals'],
  ...['NumericEquals', 'NumericLessThan', 'NumericGreaterThanEquals', 'DateEquals', 'DateLessThan', 'DateGreaterThan'],
  ...['IpAddress', 'NotIpAddress', 'StringIs'],
];
const operators = [
  ...plain,
  ...['StringEquals', 'StringNotLike', 'ArnLike', 'Bool', 'DateLessThan', 'NotIpAddress', 'Null'].map(
    one => `${one}IfExists`,
  ),
  ...['StringEquals', 'StringLike', 'StringNotEquals', 'Null'].flatMap(one => [
    `ForAnyValue:${one}`,
    `ForAllValues:${one}`,
  ]),
  'ForAllValues:StringLikeIfExists',
  'stringequals',
];

const keys = [
  ...[sub, aud, otherSub, sub.toUpperCase(), `https://${sub}`, `${P}:amr`, 'sub', 'aws:SourceIp', 'aws:CurrentTime'],
  ...['aws:EpochTime', 'aws:ResourceTag/team', 'aws:PrincipalTag/team', 'aws:RequestTag/team', 'aws:FederatedProvider'],
  ...['sts:RoleSessionName', 'sts:DurationSeconds', 'aws:PrincipalArn', 'aws:SecureTransport', 'aws:TokenIssueTime'],
  ...['aws:PrincipalOrgID', 'aws:TagKeys', 'accounts.google.com:sub', 'aws:MultiFactorAuthPresent'],
];

const own = `${S}prod:app`;
const values: Readonly<Record<string, unknown>> = {
  'what the token has': [own, 'sts.amazonaws.com', provider, 'true', '2026-11-01T06:00:00Z'],
  'the subject': own,
  'another subject': `${S}prod:web`,
  patterns: [`${S}*:app`, 'sts.*', '10.0.0.0/8', '2027-01-01'],
  'a pattern of one character': `${S}prod:ap?`,
  everything: '*',
  nothing: [],
  'an empty text': '',
  'a variable': `${S}\${aws:ResourceTag/team}:app`,
  'the audience by a variable': `\${${aud}}`,
  'a variable with a default': "${aws:PrincipalTag/team, 'shop'}",
  'a literal star': `${S}prod:\${*}`,
  'another case': own.toUpperCase(),
  'truth and numbers': [true, 3600, '1793512800'],
  false: 'false',
  'white space': ` ${own} `,
};

const statements: Readonly<Record<string, Json>> = {
  'its provider': {},
  'provider of another account': { Principal: { Federated: provider.replace('111122223333', '444455556666') } },
  'another provider': { Principal: { Federated: `${provider}0` } },
  'a URL as provider': { Principal: { Federated: `https://${P}` } },
  everyone: { Principal: '*' },
  'two kinds of principals': { Principal: { Federated: [provider, '*'], AWS: '111122223333' } },
  'all but another': { Principal: undefined, NotPrincipal: { Federated: `${provider}0` } },
  'all but it': { Principal: undefined, NotPrincipal: { Federated: provider } },
  'all actions of STS': { Action: 'sts:*' },
  'a pattern of actions': { Action: ['sts:TagSession', 'STS:assumerolewithweb*'] },
  'another action': { Action: 'sts:AssumeRole' },
  'all but another action': { Action: undefined, NotAction: 'sts:AssumeRole' },
  'a Deny': { Effect: 'Deny' },
  'an effect that there is not': { Effect: 'allow' },
  'a resource': { Resource: '*' },
};

const besides: Readonly<Record<string, readonly Json[]>> = {
  alone: [],
  'an Allow': [aStatement({ Condition: { StringEquals: { [sub]: own, [aud]: 'sts.amazonaws.com' } } })],
  'an Allow of another': [aStatement({ Condition: { StringEquals: { [sub]: `${S}prod:web` } } })],
  'a Deny of others': [aStatement({ Effect: 'Deny', Condition: { StringNotEquals: { [sub]: own } } })],
  'a Deny that may apply': [
    aStatement({ Effect: 'Deny', Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }),
  ],
  'an Allow and a Deny': [
    aStatement({ Sid: 'All' }),
    { Sid: 'No', Effect: 'Deny', Principal: '*', Action: '*', Condition: { StringLike: { [aud]: 'vault*' } } },
  ],
};

const requests: Readonly<Record<string, Partial<WebIdentityRequest>>> = {
  'the request': {},
  'with tags and time': { roleTags: { team: 'prod', Other: 'x' }, now: '2026-11-01T06:00:00Z' },
  'with two tags of a name': { roleTags: { team: 'prod', TEAM: 'shop' }, now: '2027-11-01T06:00:00Z' },
  'with another audience': { audience: 'vault', now: '2026-01-01T00:00:00.500Z' },
  'with another subject': { subject: `${S}prod:web`, roleTags: {} },
  'to a role of China': { roleArn: 'arn:aws-cn:iam::111122223333:role/path/app' },
};

test('decisions', () => {
  const cases = pairwise({
    operator: operators,
    key: keys,
    value: Object.keys(values),
    statement: Object.keys(statements),
    beside: Object.keys(besides),
    request: Object.keys(requests),
    version: ['2012-10-17', '2008-10-17', ''],
  });
  expect(cases.length).toBeGreaterThan(500);
  for (const { operator, key, value, statement, beside, request, version } of cases as readonly Readonly<
    Record<string, string>
  >[]) {
    const tested = { [operator ?? '']: { [key ?? '']: values[value ?? ''] } };
    const first = aStatement({ ...statements[statement ?? ''], Condition: tested });
    const policy = mustParse(
      policyText([first, ...(besides[beside ?? ''] ?? [])], version === '' ? {} : { Version: version }),
    );
    const asked = aRequest(requests[request ?? '']);
    const decision = decide(policy, asked);
    const { kind, reasons, patterns } = subjectsOf(policy, asked);
    whole([operator, key?.replace(P, '…'), value, statement, beside, request, version].join(', '), [
      [
        `${decision.decision}: ${(decision.reasons[0] ?? '').replaceAll(P, '…').slice(0, 90)}`,
        [kind, ...patterns, ...reasons.map(one => one.kind)].join(' '),
        countsOf(wordsIn([decision.statements, decision.reasonData, ...explainDecision(decision, asked)])),
      ].join(' | '),
    ]);
  }
});
