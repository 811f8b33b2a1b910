/** Roles, their policies and providers, each form of each part beside each form of every other: who trusts a service account. */
import { test } from '@jest/globals';
import { isNamedByRole, rolesMadeFor, trustDecision } from '../../lib/facts/roles-made-for.ts';
import { issuersForAccounts, serviceAccountIssuers } from '../../lib/facts/service-account-issuers.ts';
import { doubtOf, isProviderUnread, providerAudiences, trustQuestion } from '../../lib/facts/trust-question.ts';
import { type Collected, complete, notAskedFor, unavailable, withGaps } from '../../lib/model/collected.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';
import { aGap, denied } from '../support/in-cluster-world.ts';
import { around, beside, line, tell, tellByAnswer } from '../support/paired-lines.ts';

const host = exampleIssuer.replace('https://', '');
const subject = 'system:serviceaccount:checkout:cart';
const role = aRole().arn;
const inAccount = (account: string): string => role.replace('111122223333', account);
const tested = (condition: object): string =>
  aTrustPolicy({
    condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: 'sts.amazonaws.com' }, ...condition },
  });
const byAddress = aTrustPolicy({ condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } });

test('questions', () => {
  const parts = {
    role: {
      own: role,
      'own, absent': `${role}s`,
      audited: inAccount('444455556666'),
      'audited, absent': `${inAccount('444455556666')}s`,
      'not read': inAccount('777788889999'),
      'not audited': inAccount('999900001111'),
      'of another partition': role.replace('arn:aws:', 'arn:aws-cn:'),
      'no ARN': 'cart',
    },
    section: { complete: 'complete', 'in part': 'partial', refused: 'refused', 'not asked for': 'unasked' },
    policy: {
      plain: tested({}),
      'of another': aTrustPolicy({ subject: 'system:serviceaccount:checkout:web' }),
      'of a namespace': aTrustPolicy({
        condition: { StringLike: { [`${host}:sub`]: 'system:serviceaccount:checkout:*' } },
      }),
      'for everyone': aTrustPolicy({ condition: {} }),
      'of two': aTrustPolicy({
        condition: { StringEquals: { [`${host}:sub`]: [subject, 'system:serviceaccount:a:b'] } },
      }),
      'by the tag of the role': tested({ StringLike: { 'aws:ResourceTag/team': 'shop' } }),
      'by the address': tested({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }),
      'plain, and any by the address': JSON.stringify({
        Version: '2012-10-17',
        Statement: [tested({}), byAddress].flatMap(one => JSON.parse(one).Statement),
      }),
      'by an odd key': tested({ StringLike: { 'sts:Odd': 'x' } }),
      'from next year on': tested({ DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }),
      'that is cut off': '{"Version":',
    },
    detail: {
      'not asked for': notAskedFor('iam:GetAccountAuthorizationDetails'),
      refused: unavailable(denied),
      tags: complete({ attachedPolicyArns: [], isAdministrator: false, tags: { team: 'shop' } }),
      'no tags': complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} }),
    },
    providers: {
      its: complete([aProvider()]),
      'of another audience': complete([aProvider({ audiences: ['vault'] })]),
      'without details': complete([aProvider({ detail: unavailable(denied) })]),
      none: complete([]),
      'in part': withGaps([], [aGap('iam:ListOpenIDConnectProviders')]),
      refused: unavailable(denied),
    },
    audience: { default: 'sts.amazonaws.com', vault: 'vault' },
  };
  type Parts = ReturnType<typeof beside<typeof parts>>[number][1];
  const answerOf = ({ role: roleArn, section, policy, detail, providers, audience }: Parts): unknown => {
    const trusting = aRole({ trustPolicy: policy, detail: detail as Collected<never> });
    const roles = {
      complete: complete([trusting]),
      partial: withGaps([trusting], [aGap('iam:ListRoles')]),
      refused: unavailable(denied),
      unasked: notAskedFor('iam:ListRoles'),
    }[section] as Collected<readonly [typeof trusting]>;
    const facts = someFacts({
      roles,
      providers: providers as Collected<never>,
      fleet: {
        ...{ clusters: [], providers: [], gaps: [] },
        accounts: [
          { accountId: '444455556666', rolesRead: true, providersRead: true },
          { accountId: '777788889999', rolesRead: false, providersRead: false },
        ],
        roles: [{ arn: inAccount('444455556666'), trustPolicy: policy }],
      },
    });
    const asking = { subject, audience, issuer: exampleIssuer };
    const question = trustQuestion({ roleArn, issuer: exampleIssuer, subject }, facts);
    const decision = question.status === 'ready' ? question.ask(audience) : undefined;
    return [
      [
        question.status,
        'missing' in question && question.missing,
        'policy' in question && question.request(audience).roleTags,
      ],
      decision && [decision.decision, decision.decision === 'unknown' && doubtOf(decision)],
      [providerAudiences(roleArn, exampleIssuer, facts), isProviderUnread(roleArn, exampleIssuer, facts)],
      [
        trustDecision(roleArn, asking, facts),
        rolesMadeFor(asking, facts).length,
        isNamedByRole(subject, facts.snapshot),
      ],
    ];
  };
  tell(
    'questions',
    beside(parts).map(([title, of]) => line(title, answerOf(of))),
  );
  const base = {
    section: 'complete',
    policy: 'plain',
    detail: 'not asked for',
    providers: 'its',
    audience: 'default',
  } as const;
  for (const asked of ['own', 'audited'] as const)
    tellByAnswer(
      asked,
      around(parts, { ...base, role: asked }).map(([title, of]) => [title, answerOf(of)]),
    );
});

test('issuers of service accounts', () => {
  const federated = (text: string): string =>
    text.includes('/') ? `arn:aws:iam::111122223333:oidc-provider/${text}` : text;
  const cases = beside({
    principal: {
      'of EKS': [host],
      'of a cluster elsewhere': ['k8s.example/path'],
      'with a port': ['k8s.example:8443/path/'],
      'of another case': ['K8S.example/path'],
      'of GitHub': ['token.actions.githubusercontent.com/x'],
      two: [host, 'k8s.example/path'],
      'the same twice': ['k8s.example/path', 'k8s.example/path/'],
      'one that is none': ['cognito-identity.amazonaws.com'],
    },
    type: { Federated: 'Federated', AWS: 'AWS' },
    key: {
      'its own': undefined,
      'of EKS': `${host}:sub`,
      'of the other': 'k8s.example/path:sub',
      'with a scheme': 'https://K8S.example/path:sub',
      'with a port': 'k8s.example:8443/path:sub',
      plain: 'sub',
    },
    value: {
      account: subject,
      pattern: 'system:serviceaccount:*',
      group: 'system:serviceaccounts:checkout',
      repository: 'repo:a/b',
    },
  });
  tell(
    'issuers',
    cases.map(([title, { principal, type, key, value }]) => {
      const trustPolicy = JSON.stringify({
        Statement: {
          ...{
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { [type]: principal.map(federated) },
          },
          Condition: { StringLike: { [key ?? `${principal[0]}:sub`]: value } },
        },
      });
      const parsed = parsePolicy(trustPolicy);
      const of = parsed.ok ? parsed.policy.statements.flatMap(issuersForAccounts) : [];
      return line(title, [of, [...serviceAccountIssuers({ roles: complete([aRole({ trustPolicy })]) })]]);
    }),
  );
});

test('doubts', () => {
  const kinds = ['undocumented', 'request-dependent', 'unread', 'budget', 'refused-by-iam', 'policy-problem', 'allows'];
  const doubts = [[], ...kinds.map(kind => [{ kind }]), [{ kind: 'unread' }, { kind: 'budget' }]];
  tell(
    'doubts',
    doubts.map(reasonData =>
      line(reasonData, [
        doubtOf({ reasons: ['the first', 'the second'], reasonData } as never),
        doubtOf({ reasons: [], reasonData } as never),
      ]),
    ),
  );
});
