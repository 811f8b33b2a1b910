import { expect, test } from '@jest/globals';
import { contextOfCluster } from '../../lib/cli/kubeconfig/cluster-context.ts';
import { fixCommands } from '../../lib/fixes/render-step.ts';
import type { Finding, Fix } from '../../lib/model/finding.ts';
import type { Manager } from '../../lib/model/manager.ts';
import type { Change, Step } from '../../lib/model/step.ts';
import { waysInWords, withWay } from '../../lib/plan/chosen-fix.ts';
import { codeFormsOf, managedFormsOf } from '../../lib/plan/code-forms.ts';
import { terraformOfPlan } from '../../lib/plan/move/terraform-statements.ts';
import { inOrder } from '../../lib/plan/order.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { planScript } from '../../lib/plan/plan-script.ts';
import { renderPlan } from '../../lib/plan/render-plan.ts';
import { soundChanges } from '../fixes/changes.ts';
import { exampleAccountId, exampleIssuer } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';

/** A plan with each kind of change, and each thing that a plan says of a step, as a whole text: none of it is lost. */

const all: readonly Change[] = Object.values(soundChanges).flat();
const roleArn = `arn:aws:iam::${exampleAccountId}:role/team/checkout-cart`;
const set = { issuer: exampleIssuer.replace('https://', ''), audience: 'sts.amazonaws.com' };
const subjects = ['system:serviceaccount:checkout:cart', 'system:serviceaccount:checkout:pay'];
const steps = {
  policy: { change: soundChanges['trust-policy'][0] },
  annotation: { change: soundChanges.annotation[0] },
  pods: { change: soundChanges['pods-restarted'][0] },
} as const satisfies Record<string, Step>;

const finding = (id: string, fix: Partial<Fix>): Finding => ({
  id: id.padEnd(24, '0'),
  ...{ ruleId: 'service-account-role-missing', subject: 'x', discriminator: '', impact: 'breaks', severity: 'high' },
  ...{ accountId: exampleAccountId, messageId: 'm', data: {}, brief: 'b', message: `message ${id}\u001b of it` },
  ...{ evidence: [], explains: [] },
  fix: { summary: `summary ${id}.`, commands: ['x'], steps: [], ...fix },
});

const plain = finding('a1', { steps: [steps.policy] });
const asked = finding('a2', {
  steps: [steps.annotation],
  choice: 'Which one.',
  alternatives: [{ summary: 'The other way.', steps: [steps.policy], choice: 'Another question.' }],
  managers: [{ tool: 'Helm', name: 'shop' }],
});
const byTerraform = finding('a3', { steps: [steps.policy], managers: [{ tool: 'Terraform' }] });
const open = finding('a4', {
  steps: [
    {
      ...steps.policy,
      access: [
        {
          roleArn,
          gains: [{ ...set, subjects, patterns: ['system:serviceaccount:pay:*'], except: ['a', 'b'] }],
          loses: [{ ...set, subjects: [], patterns: ['system:serviceaccount:x:?'], except: [] }],
          isOpen: true as const,
        },
      ],
    },
    { look: { kind: 'discovery', issuer: exampleIssuer } },
  ],
});
const bare = finding('a5', {});

const plan: Plan = {
  steps: [
    {
      change: soundChanges['trust-policy'][0],
      findingIds: [plain.id, byTerraform.id],
      access: [{ roleArn, gains: [], loses: [] }],
    },
    { change: soundChanges.annotation[0], findingIds: [asked.id], reason: 'a reason', choice: 'a choice' },
    ...all.slice(1).map(change => ({ change, findingIds: [] })),
  ],
  fixed: [plain, asked, byTerraform, plain],
  left: [
    { finding: open, why: 'why it is\nleft' },
    { finding: bare, why: 'no step' },
    { finding: asked, why: 'a question' },
  ],
  notes: [{ about: 'Role x', why: 'first line\nsecond line' }],
};

const contexts = [
  { name: 'a b', server: 'https://127.0.0.1:6443' },
  { name: 'kind-shop', server: 'https://127.0.0.1:6443' },
];
const mine = {
  profile: 'ops',
  kubeconfig: '/home/me/.kube/config',
  contextOf: (cluster: Parameters<typeof contextOfCluster>[1]) => contextOfCluster(contexts, cluster),
};

test('as text for a person without any option', () => golden('changes/plan.txt', renderPlan(plan, {})));

test('as text for a person with a profile and a kubeconfig, in which one of two clusters is', () =>
  golden('changes/plan-mine.txt', renderPlan({ ...plan, left: [], notes: [] }, mine)));

test('as a script', () => golden('changes/script.txt', planScript(plan, {})));

test('as a script of a person with a profile and a kubeconfig', () =>
  golden('changes/script-mine.txt', planScript({ ...plan, left: [], notes: [] }, mine)));

test('as commands to paste, the contexts first', () =>
  golden('changes/commands.txt', `${fixCommands(plan.steps, mine).join('\n')}\n`));

test('an empty plan says so, and one with a note alone does not', () => {
  const empty = { steps: [], fixed: [], left: [] };
  expect(renderPlan(empty, {})).toBe('Nothing to fix.\n');
  expect(renderPlan({ ...empty, notes: plan.notes ?? [] }, {})).toBe(
    'To be done or known beside these steps: 1\n  Role x\n    first line\n    second line\n',
  );
});

test('the order: providers, lists of them, policies, service accounts, their roles, pods, and last what is taken away', () =>
  expect([...new Set(inOrder(all.map(change => ({ change }))).map(({ change: { kind } }) => kind))]).toEqual([
    'provider-created',
    'thumbprints',
    'quota-requested',
    'audience-removed',
    'trust-policy',
    'webhook-restored',
    'auditor-access-granted',
    'objects-reverted',
    'audience-added',
    'service-account-created',
    'annotation',
    'addon-role',
    'addon-created',
    'association-created',
    'association-updated',
    'workload-service-account',
    'pods-restarted',
    'provider-deleted',
    'label',
    'service-account-deleted',
    'association-deleted',
  ]));

test('a provider that more than one service account gains a role by comes after the policies', () => {
  const provider = { change: soundChanges['provider-created'][0] };
  const gaining = (some: readonly string[]) => ({
    ...provider,
    access: [{ roleArn, gains: [{ ...set, subjects: some, patterns: [], except: [] }], loses: [] }],
  });
  const order = (first: Step & { readonly change: Change }) =>
    inOrder([steps.policy, first]).map(({ change }) => change.kind);
  expect(order(gaining(subjects.slice(0, 1)))).toEqual(['provider-created', 'trust-policy']);
  expect(order(gaining(subjects))).toEqual(['trust-policy', 'provider-created']);
});

const tools = {
  Terraform: 0,
  CloudFormation: 0,
  eksctl: 0,
  Helm: 0,
  'Argo CD': 0,
  Flux: 0,
  Fleet: 0,
  'Config Sync': 0,
  Crossplane: 0,
  Pulumi: 0,
  'EKS add-on': 0,
} satisfies Record<Manager['tool'], 0>;

test('of each kind of change: the code in each language, and of which tool it is', () => {
  const node = { ...soundChanges.annotation[0], namespace: 'kube-system', serviceAccount: 'aws-node' };
  const { arn: _, ...unknown } = node.cluster;
  const texts = [...all, node, { ...node, cluster: unknown }, { ...node, namespace: 'apps' }].flatMap(change => {
    const fix: Fix = { summary: '', commands: [], steps: [{ change }, steps.pods, { change }] };
    const forms = (Object.keys(tools) as Manager['tool'][]).flatMap(tool => {
      const managed = { ...fix, managers: [{ tool }] };
      const languages = codeFormsOf(managed).map(({ language }) => language);
      return [`  managed by ${tool}: ${languages.join(', ')}`, ...managedFormsOf(managed).map(({ code }) => code)];
    });
    return [JSON.stringify(change), ...forms, ''];
  });
  golden('changes/code-forms.txt', `${texts.join('\n')}\n`);
});

test('the code that a rule gives takes the place of the one that is made of the steps', () => {
  const fix: Fix = { summary: '', commands: [], steps: [steps.policy], terraform: 'T', cdk: 'C' };
  const languages = (...managers: readonly Manager[]) =>
    codeFormsOf({ ...fix, managers }).map(({ language }) => language);
  expect(codeFormsOf(fix).slice(0, 2)).toEqual([
    { language: 'Terraform', code: 'T' },
    { language: 'CDK', code: 'C' },
  ]);
  expect(languages({ tool: 'CloudFormation' })).toEqual(['CDK', 'CloudFormation', 'Terraform']);
  expect(managedFormsOf({ ...fix, managers: [{ tool: 'CloudFormation' }] }).map(({ language }) => language)).toEqual([
    'CDK',
    'CloudFormation',
  ]);
  expect(codeFormsOf({ summary: '', commands: [], steps: [steps.pods] })).toEqual([]);
});

test('a way that a person chose is the fix as a whole: its steps, its commands, its question, and nothing of the first', () => {
  const first = {
    ...asked,
    fix: { ...asked.fix, terraform: 'T', cdk: 'C', replaces: { kind: 'trust-policy', roleArn } },
  } as const;
  const { steps: way, summary, choice, commands, ...rest } = withWay(first, 2).fix;
  expect({ way, summary, choice }).toEqual({
    way: [steps.policy],
    summary: 'The other way.',
    choice: 'Another question.',
  });
  expect(commands.join()).toContain('aws iam update-assume-role-policy');
  expect(rest).toEqual({ alternatives: asked.fix.alternatives });
  for (const number of [undefined, 0, 1, 3]) expect(withWay(first, number)).toBe(first);
  expect(waysInWords(asked.fix)).toEqual(['--choose 1: summary a2.', '--choose 2: The other way.']);
  expect(waysInWords(plain.fix)).toEqual([]);
  expect(waysInWords({ ...asked.fix, steps: [] })).toEqual(['--choose 1: The other way.']);
});

test('each resource of Terraform has a name of its own, which begins with no digit', () => {
  const [made] = soundChanges['association-created'];
  const of = (namespace: string, serviceAccount: string) => ({
    change: { ...made, association: { ...made.association, namespace, serviceAccount } },
    findingIds: [],
  });
  const text = terraformOfPlan({ steps: [of('a', 'b-c'), of('a-b', 'c'), of('1', 'x.y')], fixed: [], left: [] });
  expect([...text.matchAll(/^resource "\w+" (\S+) /gm)].map(([, name]) => name)).toEqual([
    '"a-b-c"',
    '"a-b-c--2"',
    '"_1-x-y"',
  ]);
});
