/** The causes of a message by an audit: for each subject, and for what was not read, the whole answer. */
import { describe, expect, test } from '@jest/globals';
import { causesByAudit, causesByTable } from '../../../lib/cli/findings/causes-here.ts';
import { UsageError } from '../../../lib/cli/shell/io.ts';
import { explainMessage } from '../../../lib/explain/explain-message.ts';
import { knownMessages } from '../../../lib/explain/messages/known-messages.ts';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, notAskedFor, unavailable } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { withGraph } from '../../../lib/report/graph/with-graph.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { aReport } from '../../report/sample-report.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';

const refused = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';
const arn = (kind: string, name: string) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}${kind}`;
const finding = (id: string, over: Partial<Finding>): Finding => ({
  ...{ id: id.repeat(32), ruleId: 'trust-never-matches', subject: aRole().arn, discriminator: '', impact: 'breaks' },
  ...{ severity: 'high', messageId: 'm', data: {}, brief: id, message: id, evidence: [], explains: [] },
  ...{ fix: { summary: 's', commands: [] }, accountId: '111122223333', ...over },
});
const world = someFacts({ clusters: complete([aReadCluster()]) });

const asked = (
  findings: readonly Finding[],
  {
    facts = [world],
    names = {},
    text = refused,
    ...over
  }: Partial<RunReport> & {
    readonly facts?: readonly Facts[];
    readonly names?: Parameters<typeof causesByAudit>[3];
    readonly text?: string;
  } = {},
) => causesByAudit(explainMessage(text), withGraph(aReport({ ...over, findings: [...findings] }), facts), facts, names);
const idsOf = ({ findings }: { readonly findings: readonly Finding[] }) => findings.map(({ brief }) => brief).join('');
const gap = { accountId: '1', section: 'roles', reason: { kind: 'denied', operation: 'o', message: 'm' } } as const;

describe('which findings are the causes, and in which order', () => {
  const account = {
    subject: arn('/serviceaccount/checkout/cart', 'shop'),
    namespace: 'checkout',
    serviceAccount: 'cart',
  };
  const own = finding('a', {
    ...{ ruleId: 'service-account-role-not-trusting', messageId: 'conditionFails', impact: 'exposes' },
    ...account,
  });
  const exposing = finding('b', { impact: 'exposes', ruleId: 'trust-audience-impossible', roleArn: aRole().arn });
  const ofRole = finding('c', { ruleId: 'trust-action-wrong', roleArn: aRole().arn });
  const remark = finding('d', { impact: 'hygiene', severity: 'info', roleArn: aRole().arn });
  const warned = finding('e', {
    impact: 'hygiene',
    severity: 'low',
    ruleId: 'trust-never-matches',
    roleArn: aRole().arn,
  });
  const unrelated = finding('f', { ruleId: 'webhook-missing', subject: 'x' });
  const all = [unrelated, remark, warned, exposing, ofRole, own];

  test('those about the named subject first, then what breaks it, then in the order of the causes', () => {
    expect(idsOf(asked(all, { names: { serviceAccount: 'checkout/cart' } }))).toBe('acbe');
    expect(idsOf(asked(all, { names: { role: 'checkout-cart' } }))).toBe('cbea');
    expect(idsOf(asked(all))).toBe('cabe');
  });

  test('of a context the findings of its cluster alone, where the text names nobody', () => {
    const other = aReadCluster({}, { cluster: aCluster({ name: 'depot', arn: arn('', 'depot') }) });
    const ofOther = finding('9', {
      ruleId: 'cluster-provider-missing',
      subject: arn('', 'depot'),
      clusterName: 'depot',
    });
    const facts = [someFacts({ clusters: complete([aReadCluster(), other]) })];
    const report = withGraph(aReport({ findings: [ofOther, ofRole] }), facts);
    const text = explainMessage('No OpenIDConnect provider found in your account for https://oidc.example');
    expect(idsOf(causesByAudit(text, report, facts, {}))).toContain('9');
    expect(idsOf(causesByAudit(text, report, facts, {}, { cluster: aCluster().name }))).not.toContain('9');
    expect(idsOf(causesByAudit(text, report, facts, {}, { cluster: 'depot' }))).toContain('9');
  });

  test('a remark is no cause, and without a cause the other findings are told', () => {
    expect(idsOf(asked([unrelated, remark]))).toBe('fd');
    expect(asked([unrelated, remark]).decided.filter(({ state }) => state === 'found')).toEqual([]);
  });
});

test('details of roles that nobody asked for leave no cause of their trust policies open', () => {
  const of = (text: string) => asked([], { text }).decided.find(({ cause }) => cause.id === 'trust-subject');
  expect(of(refused)).toMatchObject({ state: 'absent' });
});

describe('a service account without a role', () => {
  const plain = aReadCluster({ serviceAccounts: complete([aServiceAccount({ name: 'plain', annotations: {} })]) });
  const facts = [someFacts({ clusters: complete([plain]) })];
  const ofCluster = finding('a', { ruleId: 'webhook-missing', subject: plain.cluster.arn });
  const ofRole = finding('b', { ruleId: 'trust-action-wrong', roleArn: aRole().arn });
  const names = (serviceAccount: string) => ({ facts, names: { serviceAccount } });

  test.each(['checkout/plain', 'plain'])('%s is known, and what concerns it is of its cluster', serviceAccount => {
    const answer = asked([ofCluster, ofRole], names(serviceAccount));
    expect(idsOf(answer)).toBe('a');
    expect(answer.verdict).toMatch(
      new RegExp(`^Service account ${serviceAccount} has no annotation eks.amazonaws.com/role-arn. None of the known`),
    );
  });

  test('the namespace is one of its own', () =>
    expect(asked([], { facts, names: { serviceAccount: 'plain', namespace: 'checkout' } }).exitCode).toBe(0));

  test.each(['checkout/other', 'other/plain'])('%s is not', serviceAccount =>
    expect(() => asked([], names(serviceAccount))).toThrow(UsageError),
  );
});

describe('the verdict and the exit code', () => {
  const cause = finding('a', { roleArn: aRole().arn });
  const second = finding('b', { ruleId: 'trust-action-wrong', roleArn: aRole().arn });
  const other = finding('c', { ruleId: 'webhook-missing', subject: 'x' });
  const role = { names: { role: 'checkout-cart' } };
  const check =
    'Check what the audit did not read: resource control policies (--control-policies reads them), endpoint policies, the program itself.';
  const unclear = 'The message names no service account or role that was read. ';
  const unread = '1 thing could not be read: see irsa-auditor scan. ';
  test.each<readonly [string, ReturnType<typeof asked>, string, number]>([
    ['one cause', asked([cause], role), 'The cause here:', 1],
    ['two', asked([cause, second], role), 'The causes here, the likeliest first:', 1],
    ['one, for nobody', asked([cause]), `${unclear}The likely cause here:`, 1],
    ['two, for nobody', asked([cause, second]), `${unclear}The likely causes here, the likeliest first:`, 1],
    ['another finding', asked([other], role), 'None of the known causes was found here. Other findings here:', 1],
    ['none', asked([], role), `None of the known causes was found here. ${check}`, 0],
    [
      'none, with a gap',
      asked([], { ...role, gaps: [gap] }),
      `${unread}None of the known causes was found here. ${check}`,
      3,
    ],
    ['one, with a gap', asked([cause], { ...role, gaps: [gap] }), `${unread}The cause here:`, 3],
    [
      'no rule',
      asked([other], { text: 'the cat sat' }),
      'No rule checks a cause of this message. Other findings here:',
      1,
    ],
    [
      'no rule, no finding',
      asked([], { text: 'the cat sat' }),
      'No rule checks a cause of this message. No other finding here.',
      0,
    ],
  ])('%s', (_, { verdict, exitCode }, wanted, code) => {
    expect([verdict, exitCode]).toEqual([wanted, code]);
  });

  test('a message that is not known has no causes', () => {
    expect(asked([other], { text: 'the cat sat' }).decided).toEqual([]);
  });
});

describe('the names of the text', () => {
  const cart = finding('a', { roleArn: aRole().arn });
  const elsewhere = finding('b', { ...{ serviceAccount: 'other', namespace: 'other' }, subject: 'x' });
  test('narrow the findings, and all are told where nothing of the name was read', () => {
    const of = (subject: string) =>
      asked([cart, elsewhere], { text: `${refused} for system:serviceaccount:${subject}` });
    expect([idsOf(of('checkout:cart')), of('checkout:cart').verdict]).toEqual(['a', 'The cause here:']);
    expect([idsOf(of('no:body')), of('no:body').verdict.includes('names no service account')]).toEqual(['ab', true]);
    const role = asked([cart, elsewhere], { text: `${refused} on resource: ${aRole().arn}` });
    expect([idsOf(role), role.verdict]).toEqual(['ab', 'The causes here, the likeliest first:']);
  });

  test('of an option that nothing has are refused', () => {
    expect(() => asked([cart], { names: { namespace: 'nowhere' } })).toThrow(UsageError);
    expect(() => asked([cart], { names: { cluster: 'nowhere' }, gaps: [gap] })).toThrow(
      new UsageError('explain: nothing read is in nowhere'),
    );
  });
});

describe('what is not decided', () => {
  const states = (over: Parameters<typeof asked>[1]) =>
    asked([], { text: 'Request ARN is invalid', ...over }).decided.flatMap(({ state, missing }) => [state, ...missing]);
  const whole = states({});
  const denied = unavailable<never>({ kind: 'denied', operation: 'iam:ListRoles', message: 'no' });

  test('a cause whose rule is off, whose rule was not decided, whose section was not read', () => {
    const subject = aRole().arn;
    const ruleId = 'service-account-role-arn-malformed';
    const rulesOff = states({ rulesOff: [ruleId] });
    const undecided = states({ undecided: [{ ruleId, subject, kind: 'unread', missing: 'm' }] });
    const blind = someFacts({ clusters: complete([aReadCluster({ serviceAccounts: denied, pods: denied })]) });
    const unread = states({ facts: [blind] });
    const unreadAccounts = 'service accounts: not read, or not all';
    expect({ whole, rulesOff, undecided, unread }).toEqual({
      whole: ['absent', 'absent'],
      rulesOff: ['undecided', `the rule ${ruleId} is off`, 'absent'],
      undecided: ['undecided', 'm', 'absent'],
      unread: ['undecided', unreadAccounts, 'undecided', unreadAccounts, 'pods: not read, or not all'],
    });
  });

  test('a part of the account is missing, though a cluster was read', () => {
    expect(states({ text: refused })).toContain('resource control policies: not read, or not all');
  });

  test('of a cluster that was not asked for nothing is missing while another one was read', () => {
    const unasked: ClusterSnapshot = {
      ...aReadCluster(),
      cluster: aCluster({ name: 'depot' }),
      kubernetes: notAskedFor('k'),
    };
    const both = (clusters: readonly ClusterSnapshot[]) => someFacts({ clusters: complete([...clusters]) });
    const one = states({ facts: [both([aReadCluster(), unasked])] });
    expect(one).toEqual(whole);
    expect(states({ facts: [both([unasked])] })).not.toEqual(whole);
    const refusedOne = {
      ...unasked,
      kubernetes: unavailable<never>({ kind: 'denied', operation: 'k', message: 'no' }),
    };
    expect(states({ facts: [both([aReadCluster(), refusedOne])] })).not.toEqual(whole);
  });

  test('of clusters whose inside was not asked for each counts with what else is read of clusters', () => {
    const bare = (name: string, podIdentity: ClusterSnapshot['podIdentity']): ClusterSnapshot => {
      const { arn: _arn, ...own } = aCluster({ name });
      return { ...aReadCluster(), cluster: aCluster(own), kubernetes: notAskedFor('k'), podIdentity };
    };
    const missing = (second: ClusterSnapshot['podIdentity']) =>
      knownMessages
        .flatMap(
          ({ sample: text }) =>
            asked([], {
              text,
              facts: [someFacts({ clusters: complete([bare('shop', complete([])), bare('depot', second)]) })],
            }).decided,
        )
        .flatMap(one => one.missing)
        .filter(text => text.startsWith('Pod Identity'));
    expect([missing(complete([])), new Set(missing(denied))]).toEqual([
      [],
      new Set(['Pod Identity associations: not read, or not all']),
    ]);
  });

  test('metadata is closed to pods where all nodes were read and none answers them', () => {
    const text = 'Unable to locate credentials';
    const node = (nodes: number, over: object) => ({
      ...{ kind: 'node group main', nodes, enabled: true, hopLimit: 1, tokensRequired: true },
      ...over,
    });
    const fits = (nodes: ClusterSnapshot['nodes']) => {
      const { decided } = asked([], {
        text,
        facts: [someFacts({ clusters: complete([{ ...aReadCluster(), nodes } as ClusterSnapshot]) })],
      });
      return [...new Set(decided.flatMap(({ because }) => because ?? []))];
    };
    expect({
      closed: fits(complete([node(2, {}), node(1, { enabled: false, hopLimit: 2 })])),
      open: fits(complete([node(2, {}), node(1, { hopLimit: 2 })])),
      none: fits(complete([])),
      unread: fits(denied),
    }).toEqual({
      closed: ['3 nodes read, and none answers metadata requests of pods'],
      ...{ open: [], none: [], unread: [] },
    });
  });
});

test('a table without a run says so, and asks for open findings alone', async () => {
  const filters: unknown[] = [];
  const queries = {
    list: async (...given: readonly unknown[]) => {
      filters.push(given);
      return { items: [] };
    },
    runs: async (page: unknown) => {
      filters.push(page);
      return { items: [] };
    },
  };
  const answer = await causesByTable(explainMessage('the cat sat'), queries as never, {});
  expect(answer).toEqual({
    verdict: 'The table has no run. No rule checks a cause of this message.',
    ...{ findings: [], decided: [], exitCode: 3 },
  });
  expect(filters).toEqual([[{ status: 'open' }, { limit: 500 }], { limit: 1 }]);
});
