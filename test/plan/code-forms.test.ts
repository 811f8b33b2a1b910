import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { takeServiceAccount } from '../../lib/collect/kubernetes/parse-service-account.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Finding, Fix } from '../../lib/model/finding.ts';
import type { Manager } from '../../lib/model/manager.ts';
import type { Change } from '../../lib/model/step.ts';
import { withWay } from '../../lib/plan/chosen-fix.ts';
import { codeFormsOf, managedFormsOf } from '../../lib/plan/code-forms.ts';
import { asksForDecision, planOfFacts } from '../../lib/plan/plan.ts';
import { renderPlan } from '../../lib/plan/render-plan.ts';
import { fixLines } from '../../lib/report/overview/text.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';

const after = JSON.stringify({ Version: '2012-10-17', Statement: [{ Condition: { 'a:sub': '${aws:x} %{y} "q"' } }] });
const providerArn = 'arn:aws:iam::111122223333:oidc-provider/oidc.example.test';
const cluster = { name: 'shop' };
const annotation = {
  kind: 'annotation',
  cluster,
  namespace: 'checkout',
  serviceAccount: 'cart',
  key: 'eks.amazonaws.com/role-arn',
} as const;
const fixOf = (change: Change, ...tools: readonly Manager['tool'][]): Fix => ({
  summary: 's',
  commands: [],
  steps: [{ change }],
  ...(tools.length === 0 ? {} : { managers: tools.map(tool => ({ tool })) }),
});
const form = (language: string, change: Change, ...tools: readonly Manager['tool'][]): string =>
  codeFormsOf(fixOf(change, ...tools)).find(one => one.language === language)?.code ?? '';

describe('the YAML of a fix says what its step says', () => {
  test.each<readonly [string, Change, unknown]>([
    [
      'CloudFormation',
      { kind: 'trust-policy', roleArn: 'r', before: '{}', after },
      { AssumeRolePolicyDocument: JSON.parse(after) },
    ],
    [
      'CloudFormation',
      { kind: 'thumbprints', providerArn, before: [], after: ['ab', '0e12'] },
      { ThumbprintList: ['ab', '0e12'] },
    ],
    ['CloudFormation', { kind: 'audience-added', providerArn, audience: 'a: b' }, ['a: b']],
    ['CloudFormation', { kind: 'audience-removed', providerArn, audience: 'x' }, null],
    [
      'CloudFormation',
      { kind: 'provider-created', providerArn, audiences: ['sts.amazonaws.com'] },
      {
        OidcProvider: {
          Type: 'AWS::IAM::OIDCProvider',
          Properties: { Url: 'https://oidc.example.test', ClientIdList: ['sts.amazonaws.com'] },
        },
      },
    ],
    ['eksctl', { kind: 'provider-created', providerArn, audiences: [] }, { iam: { withOIDC: true } }],
    [
      'eksctl',
      { ...annotation, after: 'arn:x' },
      { iam: { serviceAccounts: [{ metadata: { name: 'cart', namespace: 'checkout' }, attachRoleARN: 'arn:x' }] } },
    ],
    ['Helm', { ...annotation, after: 'arn:x' }, { serviceAccount: { annotations: { [annotation.key]: 'arn:x' } } }],
    ['Flux', { ...annotation, after: 'arn:x' }, expect.objectContaining({ kind: 'ServiceAccount' })],
    ['Argo CD', annotation, expect.objectContaining({ metadata: expect.objectContaining({ annotations: null }) })],
  ])('%s: %j', (language, change, wanted) => {
    expect(parse(form(language, change, 'Helm', 'Flux', 'Argo CD'))).toEqual(wanted);
  });

  test('Terraform interpolates nothing of a policy', () => {
    const code = form('Terraform', { kind: 'trust-policy', roleArn: 'r', before: '{}', after });
    expect(code).toContain('$${aws:x} %%{y}');
    expect(JSON.parse(code.slice(code.indexOf('{'), -1).replaceAll('$${', '${').replaceAll('%%{', '%{'))).toEqual(
      JSON.parse(after),
    );
  });

  test('what only a run does has no code, and a chart is written for those who have one', () => {
    expect(codeFormsOf(fixOf({ kind: 'pods-restarted', cluster, namespace: 'a', workload: 'b/c', pods: [] }))).toEqual(
      [],
    );
    const languages = codeFormsOf(fixOf({ ...annotation, after: 'x' })).map(({ language }) => language);
    expect(languages).toEqual(['Terraform', 'eksctl']);
  });

  test('the form of the tool that manages it comes first', () => {
    const change: Change = { kind: 'thumbprints', providerArn, before: [], after: ['ab'] };
    expect(codeFormsOf(fixOf(change, 'CloudFormation')).map(({ language }) => language)).toEqual([
      'CloudFormation',
      'Terraform',
    ]);
    expect(managedFormsOf(fixOf(change, 'Terraform')).map(({ language }) => language)).toEqual(['Terraform']);
    expect(managedFormsOf(fixOf(change))).toEqual([]);
  });
});

describe('a finding on what a tool manages', () => {
  const tags = { 'aws:cloudformation:stack-name': 'roles' };
  const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags });
  const policy = aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' });
  const one = (facts: Facts, ruleId: string): Finding => {
    const found = evaluate(facts, { rules: catalog }).findings.find(each => each.ruleId === ruleId);
    if (found === undefined) throw new Error(`no finding of ${ruleId}`);
    return found;
  };

  test('says so before the choice, shows the form first, and is not applied unasked', () => {
    const facts = someFacts({
      roles: complete([aRole({ trustPolicy: policy, detail })]),
      providers: complete([aProvider()]),
    });
    const { fix } = one(facts, 'trust-subject-malformed');
    expect(fix.managers).toEqual([{ tool: 'CloudFormation', name: 'roles' }]);
    expect(fix.choice).toMatch(/^Role checkout-cart is managed by CloudFormation \(roles\): change it there/);
    const lines = fixLines(fix, { colour: false, width: 100 }).join('\n');
    expect(lines.indexOf('CloudFormation  AssumeRolePolicyDocument')).toBeGreaterThan(0);
    expect(lines.indexOf('CloudFormation  AssumeRolePolicyDocument')).toBeLessThan(
      lines.indexOf('update-assume-role-policy'),
    );
    const plan = planOfFacts(
      facts,
      { rules: catalog },
      { wants: () => true, isDecided: each => !asksForDecision(each) },
    );
    expect(plan.steps).toEqual([]);
    const all = planOfFacts(facts, { rules: catalog }, { wants: () => true, isDecided: () => true });
    expect(renderPlan(all, {})).toContain('in CloudFormation:\n    AssumeRolePolicyDocument:');
  });

  test('so does one on a provider, and on a service account; others say nothing', () => {
    const provider = aProvider({ thumbprints: ['a'.repeat(40)] });
    const managed = {
      ...provider,
      detail: complete({ url: '', audiences: [], thumbprints: [], tags: { ManagedBy: 'terraform' } }),
    };
    const { fix } = one(someFacts({ providers: complete([managed]) }), 'provider-audience-missing');
    expect(fix.choice).toMatch(/^The provider is managed by Terraform/);
    const account = aServiceAccount({
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/checkout-cart ' },
      managedBy: { tool: 'Helm', name: 'cart' },
    });
    const inside = (serviceAccount: typeof account): Facts =>
      someFacts({
        clusters: complete([aReadCluster({ serviceAccounts: complete([serviceAccount]), pods: complete([]) })]),
      });
    const { fix: own } = one(inside(account), 'service-account-role-arn-malformed');
    expect(own.choice).toMatch(/^Service account checkout\/cart is managed by Helm \(cart\)/);
    const { managedBy: _, ...free } = account;
    expect(one(inside(free), 'service-account-role-arn-malformed').fix).not.toHaveProperty('managers');
  });

  test('a service account of an add-on: the form is the command of EKS that sets its role', () => {
    const account = (name: string, namespace = 'kube-system') =>
      aServiceAccount({
        namespace,
        name,
        annotations: { 'eks.amazonaws.com/role-arn': `${aRole().arn} ` },
        managedBy: { tool: 'EKS add-on' },
      });
    const formsOf = (given: ReturnType<typeof account>) =>
      managedFormsOf(
        one(
          someFacts({ clusters: complete([aReadCluster({ serviceAccounts: complete([given]), pods: complete([]) })]) }),
          'service-account-role-arn-malformed',
        ).fix,
      );
    const [form] = formsOf(account('ebs-csi-controller-sa'));
    expect(form?.language).toBe('EKS add-on');
    expect(form?.code.split('\n')[1]).toBe(
      `[ "$(aws sts get-caller-identity --query Account --output text --region eu-west-1)" = 111122223333 ] && aws eks update-addon --cluster-name shop --region eu-west-1 --addon-name aws-ebs-csi-driver --service-account-role-arn ${aRole().arn} --resolve-conflicts OVERWRITE`,
    );
    expect(formsOf(account('cart', 'checkout'))).toEqual([]);
  });

  test('each way of a fix has who manages what it changes, and its own question', () => {
    const addonAccount = {
      namespace: 'kube-system',
      name: 'ebs-csi-controller-sa',
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/ebs-new' },
      managedBy: { tool: 'EKS add-on' } as const,
    };
    const detail = { status: 'ACTIVE', roleArn: 'arn:aws:iam::111122223333:role/ebs', hasPodIdentity: false };
    const addons = complete([{ name: 'aws-ebs-csi-driver', detail: { ...detail, configuresServiceAccount: false } }]);
    const serviceAccounts = complete([aServiceAccount(addonAccount)]);
    const found = one(
      someFacts({ clusters: complete([aReadCluster({ serviceAccounts, pods: complete([]) }, { addons })]) }),
      'addon-role-differs',
    );
    expect(found.fix).not.toHaveProperty('managers');
    expect(found.fix.choice).toBe('Which of the two roles is right.');
    const second = withWay(found, 2).fix;
    expect(second.managers).toEqual([{ tool: 'EKS add-on' }]);
    expect(second.choice).toMatch(/is managed by an EKS add-on: .* Which of the two roles is right\.$/);
  });

  test('two clusters of one name in two regions have their own managers', () => {
    const inRegion = (region: string, managed: boolean) =>
      aReadCluster(
        {
          pods: complete([]),
          serviceAccounts: complete([
            aServiceAccount({
              annotations: { 'eks.amazonaws.com/role-arn': `${aRole().arn} ` },
              ...(managed ? { managedBy: { tool: 'Helm' as const } } : {}),
            }),
          ]),
        },
        { cluster: aCluster({ region, arn: `arn:aws:eks:${region}:111122223333:cluster/shop` }) },
      );
    const { findings } = evaluate(
      someFacts({ clusters: complete([inRegion('eu-west-1', true), inRegion('eu-west-2', false)]) }),
      { rules: catalog },
    );
    const managed = findings
      .filter(({ ruleId }) => ruleId === 'service-account-role-arn-malformed')
      .map(({ clusterArn, fix }) => [clusterArn?.split(':')[3], fix.managers?.length ?? 0]);
    expect(managed.sort()).toEqual([
      ['eu-west-1', 1],
      ['eu-west-2', 0],
    ]);
  });

  test('the collector keeps the tool, and a name that is not too long', () => {
    const taken = (name: string) =>
      takeServiceAccount({
        metadata: {
          name: 'cart',
          namespace: 'checkout',
          labels: { 'app.kubernetes.io/managed-by': 'Helm' },
          annotations: { 'meta.helm.sh/release-name': name },
          managedFields: [{ manager: 'helm' }],
        },
      });
    expect(taken('shop')).toMatchObject({ keep: { managedBy: { tool: 'Helm', name: 'shop' } } });
    expect(taken('x'.repeat(100_000))).toMatchObject({ keep: { managedBy: { tool: 'Helm' } } });
  });
});
