import { describe, expect, test } from '@jest/globals';
import type { Role, RoleDetail } from '../../../lib/model/account.ts';
import { complete, unavailable, valueOr } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { serviceAccountRoleNotTrusting } from '../../../lib/rules/service-account/service-account-role-not-trusting.ts';
import { aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy } from '../../support/example-world.ts';
import { annotatedWith, withoutIssuer, worldOf } from '../../support/in-cluster-world.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import {
  audience,
  elsewhere,
  expiration,
  findingOf,
  fixOf,
  foreignAccount,
  foreignRole,
  host,
  ofForeignRole,
  other,
  run,
  sub,
  withFleet,
} from './worlds.ts';

const statement = (over: Readonly<Record<string, unknown>>) => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  ...over,
});

const exact = sub('system:serviceaccount:checkout:cart');

const trusting = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
  worldOf(annotatedWith({}), {
    roles: complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })]),
  });

run('service-account-role-not-trusting', [
  ['is unknown for a role of an account that is not audited', worldOf(elsewhere()), ['unknown not-asked-for']],
  [
    'is unknown for an account whose roles were refused',
    withFleet(worldOf(elsewhere()), foreignAccount(false, true)),
    ['unknown unread'],
  ],
  [
    'reports a role that another account does not have',
    withFleet(worldOf(elsewhere()), foreignAccount(true, true)),
    ['high missingOrNoOidc'],
  ],
  [
    'reports a role of another account that trusts somebody else',
    withFleet(worldOf(elsewhere()), {
      roles: [
        {
          arn: foreignRole,
          trustPolicy: aTrustPolicy({ accountId: '444455556666', subject: 'system:serviceaccount:a:b' }),
        },
      ],
    }),
    ['high elsewhere'],
  ],
  [
    'takes the issuer that the API server announces',
    worldOf(
      annotatedWith({}),
      { roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]) },
      withoutIssuer(),
    ),
    ['high conditionFails'],
  ],
  ['leaves an empty audience to another rule', worldOf(audience('')), []],
  [
    'leaves an empty audience to another rule where the role trusts somebody else',
    worldOf(audience(''), {
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]),
    }),
    [],
  ],
  [
    'reports a Deny',
    trusting(statement({ Condition: exact }), statement({ Effect: 'Deny', Condition: exact })),
    ['high denied'],
  ],
  ['reports a policy with nothing but a Deny', trusting(statement({ Effect: 'Deny' })), ['high denied']],
  ['reports a policy without statements', trusting(), ['high noStatement']],
  [
    'reports a wildcard principal with another subject',
    trusting(statement({ Principal: '*', Condition: other })),
    ['high conditionFails'],
  ],
  ['reports another action', trusting(statement({ Action: 'sts:AssumeRole', Condition: exact })), ['high otherAction']],
  [
    'reports another provider',
    trusting(statement({ Principal: { Federated: `${aProvider().arn}X` }, Condition: exact })),
    ['high otherPrincipal'],
  ],
  [
    'reports a key that tokens do not carry',
    trusting(statement({ Condition: { StringEquals: { [`${host}:amr`]: 'x' } } })),
    ['high keyAbsent'],
  ],
  [
    'is unknown, and says why, where the answer depends on the request',
    trusting(statement({ Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })),
    ['unknown request-dependent'],
  ],
]);

test('a role that another account does not have is created by its owner', () => {
  const [found] = verdictOf(
    serviceAccountRoleNotTrusting,
    withFleet(worldOf(elsewhere()), foreignAccount(true, true)),
  ).findings;
  expect(found?.fix.summary).toContain('owner of account 444455556666');
  expect(found?.fix.choice).toBe('Which role the service account is to have.');
});

describe('values in messages', () => {
  test('name roles and service accounts by their short names', () => {
    expect(reportedBy('service-account-role-not-trusting', trusting(statement({ Condition: other })))).toEqual([
      [
        'high',
        'conditionFails',
        {
          role: 'checkout-cart',
          serviceAccount: 'checkout/cart',
          statement: 'Statement[0]',
          condition: 'StringEquals on sub',
        },
      ],
    ]);
    expect(reportedBy('service-account-audience-refused', worldOf(audience('')))).toEqual([
      ['high', 'empty', { serviceAccount: 'checkout/cart' }],
    ]);
    expect(reportedBy('service-account-option-ignored', worldOf(expiration('60')))).toEqual([
      ['low', 'outOfBounds', { value: '60', serviceAccount: 'checkout/cart', seconds: 600 }],
    ]);
  });
});

const allow = { Effect: 'Allow', Principal: { Federated: aProvider().arn }, Action: 'sts:AssumeRoleWithWebIdentity' };

const only = (subject: string) => ({ Condition: { StringEquals: { [`${host}:sub`]: subject } } });

const own = only('system:serviceaccount:checkout:cart');

const anotherSubject = only('system:serviceaccount:a:b');

describe('a role that does not trust its service account', () => {
  const rule = 'service-account-role-not-trusting';

  test('gets no further Allow where a Deny refuses', () =>
    expect(fixOf(rule, trusting({ ...allow, ...own }, { ...allow, Effect: 'Deny', ...own }))).toMatchObject({
      commands: [],
      choice: expect.any(String),
    }));

  test('gets no other role under a Deny, though one was made for the service account', () => {
    const denying = trusting({ ...allow, ...own }, { ...allow, Effect: 'Deny', ...own });
    const made = aRole({
      name: 'cart',
      trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...allow, ...own }] }),
    });
    const roles = complete([...valueOr(denying.snapshot.roles, []), made]);
    const beside = { ...denying, snapshot: { ...denying.snapshot, roles } };
    expect(fixOf(rule, beside)).toEqual(fixOf(rule, denying));
  });

  test('gets no command under a Deny that nobody can decide: no change is proven', () => {
    const doubtful = { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } };
    expect(
      fixOf(rule, trusting({ ...allow, ...anotherSubject }, { ...allow, Effect: 'Deny', ...doubtful })),
    ).toMatchObject({ commands: [], choice: expect.any(String) });
  });

  test('gets its command where a Deny is for somebody else', () =>
    expect(
      fixOf(rule, trusting({ ...allow, ...anotherSubject }, { ...allow, Effect: 'Deny', ...anotherSubject }))?.commands,
    ).toHaveLength(1));

  test('of another account is shown and changed only there', () => {
    const trustPolicy = aTrustPolicy({ accountId: '444455556666', subject: 'system:serviceaccount:secret:plan' });
    const found = findingOf(rule, ofForeignRole({}, { roles: [{ arn: foreignRole, trustPolicy }] }));
    expect(found?.fix).toMatchObject({ commands: [], summary: expect.stringContaining('account 444455556666') });
    expect(JSON.stringify(found)).not.toContain('secret:plan');
  });

  test('is explained by the statement that came nearest', () => {
    const facts = trusting(
      { ...allow, Action: 'sts:TagSession', ...own },
      { ...allow, ...only('system:serviceaccount:Checkout:cart') },
    );
    const explaining = evaluate(facts, { rules: catalog }).findings.filter(({ explains }) =>
      explains.some(one => one.ruleId === rule),
    );
    expect(explaining.map(({ ruleId }) => ruleId)).toEqual(['trust-subject-malformed']);
  });
});

describe('which principal', () => {
  const otherIssuer = `https://${host.replace('5C1D', '7777')}`;
  const ofCluster = aProvider({ issuer: otherIssuer }).arn;
  const worker = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const twoClusters = (facts: ReturnType<typeof trusting>) =>
    withFleet(facts, {
      clusters: [
        ...facts.fleet.clusters,
        {
          arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/blue',
          name: 'blue',
          region: 'eu-west-1',
          accountId: '111122223333',
          issuer: otherIssuer,
        },
      ],
    });
  const found = (facts: ReturnType<typeof trusting>) => findingOf('service-account-role-not-trusting', facts);

  test('of a worker’s role is told with the provider that was wanted, and the annotation is questioned first', () => {
    const finding = found(trusting(worker));
    expect(finding?.messageId).toBe('otherPrincipal');
    expect(finding?.message).toContain('trusts ec2.amazonaws.com');
    expect(finding?.evidence).toContainEqual(
      expect.objectContaining({ got: 'ec2.amazonaws.com', wanted: aProvider().arn }),
    );
    expect(finding?.fix.commands).toEqual([]);
    expect(finding?.fix.summary).toMatch(/^Name a role that was made for checkout\/cart in its annotation/);
  });

  test('of a role that is called after the service account and was never used is corrected in the trust policy', () => {
    const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
    const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [worker] });
    const unused = (over: Partial<Role>) =>
      worldOf(annotatedWith({}), { roles: complete([aRole({ trustPolicy, detail, ...over })]) });
    const denied = unavailable<RoleDetail>({ kind: 'denied', operation: 'iam:GetRole', message: '403' });
    expect(found(unused({}))?.fix.summary).toMatch(/^Let role checkout-cart trust system:serviceaccount:checkout:cart/);
    const used = complete({
      attachedPolicyArns: [],
      isAdministrator: false,
      tags: {},
      lastUsedAt: '2026-10-01T00:00:00Z',
    });
    const others: readonly Partial<Role>[] = [
      { name: 'nodes', arn: aRole().arn },
      { detail: used },
      { detail: denied },
    ];
    for (const over of others)
      expect(found(unused(over))?.fix.summary).toMatch(/^Name a role that was made for checkout\/cart/);
  });

  test('of a role that only refuses tokens of pods is questioned as one that names none of them', () => {
    const finding = found(trusting(worker, { ...allow, Effect: 'Deny', ...anotherSubject }));
    expect(finding?.fix.summary).toMatch(/^Name a role that was made for checkout\/cart in its annotation/);
  });

  test('of a role for another cluster is told by the name of that cluster; to trust this one too is the other way', () => {
    const statementOfBlue = statement({
      Principal: { Federated: ofCluster },
      Condition: { StringEquals: { [`${host.replace('5C1D', '7777')}:sub`]: 'system:serviceaccount:checkout:cart' } },
    });
    const finding = found(twoClusters(trusting(statementOfBlue)));
    expect([finding?.messageId, finding?.data.other]).toEqual(['otherCluster', 'blue']);
    expect(finding?.fix.commands).toEqual([]);
    expect(JSON.stringify(finding?.fix.alternatives)).toContain('trust-policy');
  });

  test('of a role for Pod Identity is told with the association that was not made; to trust web identity is the other way', () => {
    const finding = findingOf(
      'service-account-role-not-trusting',
      trusting({
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      }),
    );
    expect(finding?.fix.summary).toMatch(
      /^Create the Pod Identity association of checkout\/cart with role checkout-cart/,
    );
    expect(finding?.fix.commands).toHaveLength(1);
    expect(finding?.fix.commands[0]).toContain('create-pod-identity-association');
    expect(finding?.fix.alternatives?.[0]?.summary).toMatch(/^Let role checkout-cart trust/);
  });

  test('that is none is corrected for the service account that the conditions name', () => {
    const principal = { Federated: 'arn:aws:iam::111122223333:oidc-provider/*' };
    const finding = findingOf(
      'service-account-role-not-trusting',
      trusting(statement({ Principal: principal, Condition: exact })),
    );
    expect(finding?.fix.summary).toMatch(/^Let role checkout-cart trust system:serviceaccount:checkout:cart/);
  });

  test('of a role for pipelines is not extended to pods at once', () => {
    const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
    const condition = {
      StringEquals: { 'token.actions.githubusercontent.com:sub': 'repo:shop/cart:ref:refs/heads/main' },
    };
    const finding = found(trusting(statement({ Principal: { Federated: github }, Condition: condition })));
    expect([finding?.messageId, finding?.fix.commands]).toEqual(['otherPrincipal', []]);
  });

  test('of a role for pods that only lacks this one is extended', () => {
    expect(found(trusting(statement({ Condition: other })))?.fix.commands.join()).toContain(
      'update-assume-role-policy',
    );
  });
});

const withAudience = ({ StringEquals }: { readonly StringEquals: Readonly<Record<string, string>> }) => ({
  StringEquals: { ...StringEquals, [`${host}:aud`]: 'sts.amazonaws.com' },
});

describe('one cause', () => {
  const told = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
    evaluate(trusting(...statements), { rules: catalog }).findings.map(
      ({ ruleId, severity }) => `${severity} ${ruleId}`,
    );

  test.each([
    ['a placeholder that was not filled in', 'system:serviceaccount:${NAMESPACE}:cart'],
    ['another placeholder', 'system:serviceaccount:<namespace>:<service-account>'],
    ['a prefix with a letter too many', 'system:serviceaccounts:checkout:cart'],
  ])('%s is one finding', (_title, subject) =>
    expect(told(statement({ Condition: withAudience(sub(subject)) }))).toEqual(['high trust-subject-malformed']),
  );

  test('a key without its issuer is named as that, once', () => {
    const facts = trusting(
      statement({ Condition: withAudience({ StringEquals: { sub: 'system:serviceaccount:checkout:cart' } }) }),
    );
    const { findings } = evaluate(facts, { rules: catalog });
    expect(findings.map(({ ruleId, messageId }) => [ruleId, messageId])).toEqual([
      ['trust-key-issuer-mismatch', 'no-issuer'],
    ]);
  });

  test('a subject of a namespace that is gone explains the one user of the role, and of two users neither', () => {
    const toldTo = (...names: readonly string[]) => {
      const facts = trusting(statement({ Condition: withAudience(sub('system:serviceaccount:gone:old')) }));
      const inside = { serviceAccounts: complete(names.map(name => aServiceAccount({ name }))), pods: complete([]) };
      const { findings } = evaluate(worldOf(inside, { roles: facts.snapshot.roles }), { rules: catalog });
      return findings.map(({ ruleId, serviceAccount }) => `${ruleId} ${serviceAccount ?? ''}`.trim()).sort();
    };
    const gone = 'trust-subject-unknown-namespace old';
    expect(toldTo('cart')).toEqual([gone]);
    expect(toldTo('cart', 'till')).toEqual([
      ...['service-account-role-not-trusting cart', 'service-account-role-not-trusting till'],
      gone,
    ]);
  });

  test('a statement that starts later is as bad as its page says', () => {
    const condition = { ...withAudience(exact), DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } };
    expect(told(statement({ Condition: condition }))).toEqual(['medium trust-condition-expired']);
  });
});
