import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { complete } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aCluster,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { argsOf } from '../support/step-options.ts';
import { evaluate } from '../support/whole/evaluate.ts';

const found = (facts: Facts, ruleId: string) =>
  evaluate(facts, { rules: catalog }).findings.filter(one => one.ruleId === ruleId);

describe('a fix takes nothing away that is needed', () => {
  const extra = { name: 'vault', volume: 'vault.example' };
  test.each([
    ['provider-audience-unexpected', ['sts.amazonaws.com', extra.volume, 'left.example']],
    ['provider-audience-missing', [extra.volume]],
  ])('%s keeps the audiences that are asked for in its Terraform and CDK lines', (ruleId, audiences) => {
    const pod = aPod();
    const asking = aPod({
      volumes: [...pod.volumes, { name: extra.name, audience: extra.volume, expirationSeconds: 600, path: 'token' }],
    });
    const facts = someFacts({
      clusters: complete([aReadCluster({ pods: complete([asking]) })]),
      providers: complete([aProvider({ audiences })]),
    });
    const [finding] = found(facts, ruleId);
    expect(finding?.fix.terraform).toContain('"sts.amazonaws.com"');
    expect(finding?.fix.terraform).toContain(`"${extra.volume}"`);
    expect(finding?.fix.terraform).not.toContain('left.example');
    expect(finding?.fix.cdk).toContain(`'${extra.volume}'`);
  });
});

describe('outside of the partition aws the CLI is told a region of the partition', () => {
  const china = (text: string) =>
    text.replaceAll('arn:aws:', 'arn:aws-cn:').replaceAll('eu-west-1.amazonaws.com/', 'cn-north-1.amazonaws.com.cn/');
  const issuer = china(`${exampleIssuer}/`).slice(0, -1);

  test('a trust policy is replaced', () => {
    const role = aRole({
      arn: 'arn:aws-cn:iam::111122223333:role/checkout-cart',
      trustPolicy: china(aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' })),
    });
    const facts = someFacts({
      partition: 'aws-cn',
      roles: complete([role]),
      providers: complete([
        aProvider({ issuer, arn: `arn:aws-cn:iam::111122223333:oidc-provider/${issuer.slice(8)}` }),
      ]),
      clusters: complete([
        aReadCluster(
          {},
          {
            cluster: aCluster({
              issuer,
              region: 'cn-north-1',
              arn: 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/shop',
            }),
          },
        ),
      ]),
    });
    const steps = evaluate(facts, { rules: catalog }).findings.flatMap(one =>
      (one.fix.steps ?? []).filter(step => argsOf(step)[0] === 'iam'),
    );
    expect(steps).not.toEqual([]);
    for (const step of steps) expect(argsOf(step).slice(-2)).toEqual(['--region', 'cn-north-1']);
  });

  test('the owner of the role’s account is asked for a provider', () => {
    const account = aServiceAccount({
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws-cn:iam::444455556666:role/cart' },
    });
    const cluster = aCluster({
      issuer,
      region: 'cn-north-1',
      arn: 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/shop',
    });
    const here = aSnapshot({ partition: 'aws-cn', providers: complete([]), roles: complete([]) });
    const there = { ...here, accountId: '444455556666', regions: [] };
    const facts = someFacts({
      partition: 'aws-cn',
      providers: complete([]),
      roles: complete([]),
      clusters: complete([aReadCluster({ serviceAccounts: complete([account]) }, { cluster })]),
      fleet: indexOf([here, there]),
    });
    const [finding] = found(facts, 'service-account-role-account-lacks-provider');
    expect(finding?.fix).toMatchObject({
      steps: [],
      summary: expect.stringMatching(/^Ask the owner of account 444455556666/),
    });
  });
});

describe('a trust policy whose slashes are escaped, as PHP writes JSON, is the same policy', () => {
  const escaped = (text: string) => text.replaceAll('/', '\\/');

  test('its role needs the provider', () => {
    const facts = someFacts({
      providers: complete([]),
      roles: complete([aRole({ trustPolicy: escaped(aTrustPolicy()) })]),
    });
    expect(found(facts, 'cluster-provider-missing')[0]?.severity).toBe('high');
  });

  test('its role in another account lets the service account in', () => {
    const roleArn = 'arn:aws:iam::444455556666:role/cart';
    const account = aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': roleArn } });
    const there = aSnapshot({
      accountId: '444455556666',
      regions: [],
      providers: complete([aProvider({ accountId: '444455556666' })]),
      roles: complete([
        aRole({ arn: roleArn, name: 'cart', trustPolicy: escaped(aTrustPolicy({ accountId: '444455556666' })) }),
      ]),
    });
    const clusters = complete([aReadCluster({ serviceAccounts: complete([account]), pods: complete([]) })]);
    const facts = someFacts({ clusters, fleet: indexOf([aSnapshot({ clusters }), there]) });
    expect(found(facts, 'service-account-role-not-trusting')).toEqual([]);
  });
});

test('the name of a role that begins with a dash is no option of the CLI', () => {
  const name = '-cart';
  const role = aRole({
    name,
    arn: `arn:aws:iam::111122223333:role/${name}`,
    trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }),
  });
  const [finding] = found(someFacts({ roles: complete([role]) }), 'trust-subject-malformed');
  expect(finding?.fix.commands[0]).toContain(' --role-name=-cart ');
});
