import type { KnownFinding, Transition } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { exampleAccountId, exampleIssuer } from '../support/example-world.ts';

/** A finding as the evaluator makes it; made up, in the shape of real ones. Its brief is the
 *  id of its rule. */
export const aFinding = (over: Partial<Finding> = {}): Finding => ({
  id: 'f1d2c3b4a5968778',
  ruleId: 'trust-any-subject',
  subject: `arn:aws:iam::${exampleAccountId}:role/checkout-cart`,
  discriminator: 'Statement[0]',
  impact: 'exposes',
  severity: 'high',
  articleStep: 'role-trust-policy',
  accountId: exampleAccountId,
  region: 'eu-west-1',
  clusterName: 'shop',
  clusterArn: `arn:aws:eks:eu-west-1:${exampleAccountId}:cluster/shop`,
  roleArn: `arn:aws:iam::${exampleAccountId}:role/checkout-cart`,
  issuer: exampleIssuer,
  messageId: 'untested',
  data: { cluster: 'shop', role: 'checkout-cart' },
  brief: over.ruleId ?? 'trust-any-subject',
  message: 'Every service account of cluster shop may assume the role checkout-cart: the statement tests no subject.',
  evidence: [
    {
      what: 'condition on the subject',
      got: 'none',
      wanted: 'StringEquals with system:serviceaccount:checkout:cart',
      readFrom: 'iam:ListRoles',
    },
  ],
  fix: {
    summary: 'Name the one service account that may assume the role.',
    commands: [
      'aws iam get-role --role-name checkout-cart --query Role.AssumeRolePolicyDocument > policy.json',
      'aws iam update-assume-role-policy --role-name checkout-cart --policy-document file://policy.json',
    ],
    choice: 'Which service account of cluster shop uses the role.',
    terraform: 'values = ["system:serviceaccount:checkout:cart"]',
  },
  explains: [],
  ...over,
});

/** Names that no format may run, reorder or break on. */
export const hostileName =
  "<script>alert(1)</script>\"'`|\u202e\u001b[31m\u0000\u2028,=cmd|' /C calc'!A0\r\n::error::x$(y){{z}}";

/** Every kind of thing that a report can hold. */
export const aReport = (over: Partial<RunReport> = {}): RunReport => ({
  schemaVersion: 1,
  runId: '2026-11-01T06:00:00.000Z-7d1f',
  toolVersion: '0.1.0',
  startedAt: '2026-11-01T06:00:00.000Z',
  endedAt: '2026-11-01T06:00:12.500Z',
  accounts: [{ accountId: exampleAccountId, alias: 'shop-prod', regions: ['eu-west-1', 'eu-central-1'] }],
  findings: [],
  undecided: [],
  gaps: [],
  transitions: [],
  factChanges: [],
  counts: { clusters: 2, providers: 2, roles: 340, irsaRoles: 25, serviceAccounts: 60, pods: 1200 },
  apiCalls: { 'iam:ListRoles': 1, 'iam:GetOpenIDConnectProvider': 2, 'eks:DescribeCluster': 2 },
  notes: [],
  ...over,
});

const missingRole = (): Finding =>
  aFinding({
    id: '0a1b2c3d4e5f6071',
    ruleId: 'service-account-role-missing',
    subject: `arn:aws:eks:eu-west-1:${exampleAccountId}:cluster/shop/serviceaccount/checkout/cart`,
    discriminator: '',
    impact: 'breaks',
    namespace: 'checkout',
    serviceAccount: 'cart',
    message: 'Service account checkout/cart names the role checkout-crat, which does not exist; checkout-cart does.',
    podError:
      'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    fix: {
      summary: 'Annotate the service account with the role that exists, then restart its pods.',
      commands: [
        `kubectl --context shop -n checkout annotate -- serviceaccount/cart eks.amazonaws.com/role-arn=arn:aws:iam::${exampleAccountId}:role/checkout-cart --overwrite`,
        'kubectl --context shop -n checkout rollout restart deployment cart',
      ],
    },
    explains: [
      { id: 'f0'.repeat(16), ruleId: 'pod-role-stale', subject: 'deployment cart', message: 'runs with an old role' },
    ],
  });

/** A finding as it is remembered. */
export const known = (finding: Finding, over: Partial<KnownFinding> = {}): KnownFinding => ({
  finding,
  status: 'open',
  version: 1,
  firstSeenAt: '2026-11-01T06:00:00.000Z',
  changedAt: '2026-11-01T06:00:00.000Z',
  runId: '2026-11-01T06:00:00.000Z-7d1f',
  ...over,
});

/** One transition of a finding. */
export const aTransition = (over: Partial<Transition> = {}): Transition => ({
  kind: 'opened',
  at: '2026-11-01T06:00:00.000Z',
  runId: '2026-11-01T06:00:00.000Z-7d1f',
  after: known(aFinding()),
  summary: 'trust-any-subject opened on role checkout-cart',
  ...over,
});

/** A run with findings of every severity, a waiver, a gap, an undecided check and changes. */
export const aFullReport = (over: Partial<RunReport> = {}): RunReport =>
  aReport({
    findings: [
      aFinding({
        id: '00000000000000c1',
        severity: 'critical',
        ruleId: 'webhook-missing',
        impact: 'breaks',
        articleStep: 'webhook-configuration',
        subject: `arn:aws:eks:eu-west-1:${exampleAccountId}:cluster/shop`,
        discriminator: '',
        message: 'Cluster shop has no pod-identity-webhook: no new pod gets its credentials.',
      }),
      missingRole(),
      aFinding(),
      aFinding({
        id: '00000000000000d2',
        severity: 'medium',
        ruleId: 'provider-orphaned',
        articleStep: 'provider-exists',
        message: 'No cluster has the issuer of this provider.',
      }),
      aFinding({
        id: '00000000000000e3',
        severity: 'low',
        ruleId: 'provider-thumbprint-not-root',
        articleStep: 'provider-thumbprint',
        impact: 'hygiene',
        message: 'The thumbprint is an intermediate one.',
      }),
      aFinding({
        id: '00000000000000f4',
        severity: 'info',
        ruleId: 'role-unused',
        impact: 'hygiene',
        message: 'The role was not used for 90 days.',
      }),
      aFinding({
        id: '00000000000000a5',
        severity: 'low',
        ruleId: 'trust-any-service-account-in-namespace',
        message: 'Every account of namespace batch may assume the role.',
        waiver: { reason: 'agreed with the team', owner: 'platform', expires: '2027-01-01' },
      }),
    ],
    undecided: [
      {
        ruleId: 'issuer-unreachable',
        subject: exampleIssuer,
        kind: 'unread',
        missing: 'the probe ran from a private network',
      },
    ],
    gaps: [
      {
        accountId: '444455556666',
        region: 'eu-west-1',
        section: 'clusters',
        reason: {
          kind: 'denied',
          operation: 'eks:ListClusters',
          permission: 'eks:ListClusters',
          message: 'User is not authorized',
        },
      },
    ],
    transitions: [aTransition()],
    factChanges: [
      {
        kind: 'provider-thumbprints',
        subject: `arn:aws:iam::${exampleAccountId}:oidc-provider/${exampleIssuer.slice(8)}`,
        accountId: exampleAccountId,
        before: '9e99a48a',
        after: '06b25927',
        at: '2026-11-01T06:00:00.000Z',
        runId: '2026-11-01T06:00:00.000Z-7d1f',
      },
    ],
    notes: ['Issuer hosts were connected to at other addresses (--connect-to).'],
    ...over,
  });

/** A run in which every text of the world is hostile, or another one. */
export const aHostileReport = (text = hostileName): RunReport =>
  aReport({
    accounts: [{ accountId: exampleAccountId, alias: text, regions: [] }],
    findings: [
      aFinding({
        subject: `arn:aws:iam::${exampleAccountId}:role/${text}`,
        discriminator: text,
        clusterName: text,
        namespace: text,
        serviceAccount: text,
        message: text,
        podError: text,
        evidence: [{ what: text, got: text, wanted: text, readFrom: text }],
        fix: { summary: text, commands: [text], choice: text, terraform: text, cdk: text },
        explains: [{ id: 'f0'.repeat(16), ruleId: 'pod-role-stale', subject: text, message: text }],
      }),
      aFinding({ id: '00000000000000a5', waiver: { reason: text, owner: text, expires: '2027-01-01' } }),
    ],
    undecided: [{ ruleId: 'issuer-unreachable', subject: text, kind: 'unread', missing: text }],
    gaps: [
      {
        accountId: exampleAccountId,
        clusterName: text,
        section: 'rule',
        part: text,
        reason: { kind: 'invalid', operation: 'iam:GetRole', message: text },
      },
    ],
    transitions: [aTransition({ summary: text })],
    factChanges: [
      {
        kind: 'issuer-chain',
        subject: text,
        accountId: exampleAccountId,
        before: text,
        after: text,
        at: '2026-11-01T06:00:00.000Z',
        runId: 'r',
      },
    ],
    notes: [text],
  });
