import { describe, expect, test } from '@jest/globals';
import { type CausesHere, causesByAudit } from '../../lib/cli/findings/causes-here.ts';
import { explainMessage } from '../../lib/explain/explain-message.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import { withGraph } from '../../lib/report/graph/with-graph.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aReport } from '../report/sample-report.ts';
import { account, described, pod, role, subject, trusting } from './described.ts';
import { incidents } from './incidents.ts';
import { sixthRoundOfCredentials } from './sixth-round-credentials.ts';

/** The causes of a text in a world. */
const inWorld = (text: string, facts: Facts): CausesHere => {
  const { findings, undecided } = evaluate(facts, { rules: catalog });
  return causesByAudit(explainMessage(text), withGraph({ ...aReport(), findings, undecided }, [facts]), [facts], {});
};
const refused = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';

describe('a text in the state that its report describes', () => {
  const both = incidents.flatMap(({ source, cause, text, world, found }) =>
    text === undefined || world === undefined ? [] : [[`${source}: ${cause}`, text, world, found] as const],
  );

  test.each(both)('%s', (_, text, world, found) => {
    const { findings, decided } = inWorld(text, world());
    expect(findings.map(({ ruleId, messageId }) => `${ruleId} ${messageId}`)[0]).toBe(found);
    expect(['found', 'fits']).toContain(decided[0]?.state);
  });

  test('there are such reports', () => expect(both.length).toBeGreaterThan(40));
});

describe('a state that does not hold the cause', () => {
  /** A healthy account, and a role for another one that a job makes when it runs. */
  const healthy = (): Facts =>
    described({
      accounts: [account('apps', 'web', 'web')],
      pods: [pod('apps', 'web', 'web')],
      roles: [role('web', trusting(subject('apps', 'web'))), role('job', trusting(subject('apps', 'job')))],
    });

  test('a remark about something else is not told as the cause', () => {
    const { verdict, decided } = inWorld(refused, healthy());
    expect(verdict).toMatch(/^None of the known causes was found here/);
    expect(decided.filter(({ state }) => state === 'found')).toEqual([]);
  });

  test('a text that shows who may read the token is not answered with a role that was never used', () => {
    const report = sixthRoundOfCredentials.find(({ source }) => source === 'chatwork/charts#120');
    if (report?.facts === undefined || report.text === undefined) throw new Error('no such report');
    const { verdict, findings, decided } = inWorld(report.text, report.facts());
    expect(verdict).toMatch(/^No finding here decides between the causes of this message\. One fits several:$/);
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['runtime-role-never-assumed']);
    expect(decided[0]).toMatchObject({
      state: 'fits',
      because: expect.stringContaining('gives the token to root alone'),
      cause: { id: 'token-unreadable' },
    });
    expect(decided[1]).toMatchObject({ state: 'fits', because: expect.stringContaining('other causes') });
    expect(decided.filter(({ state }) => state === 'found')).toEqual([]);
  });

  test('a cause that fits is not called unknown, though no finding is it', () => {
    const report = sixthRoundOfCredentials.find(({ source }) => source === 'luminartech/helm-charts-public#323');
    if (report?.facts === undefined || report.text === undefined) throw new Error('no such report');
    const { verdict, decided } = inWorld(report.text, report.facts());
    expect(verdict).toMatch(/^No finding here is a cause of this message, but the first cause fits what was read\./);
    expect(decided[0]).toMatchObject({ state: 'fits', cause: { id: 'metadata-closed' } });
  });

  test('a finding about another account is told as likely alone, where the message names none', () => {
    const other = described({
      accounts: [account('apps', 'web', 'web')],
      pods: [pod('apps', 'web', 'web')],
      roles: [role('web', trusting(subject('apps', 'wbe')))],
    });
    expect(inWorld(refused, other).verdict).toBe(
      'The message names no service account or role that was read. The likely cause here:',
    );
    expect(inWorld(`${refused} for system:serviceaccount:apps:web`, other).verdict).toBe('The cause here:');
    expect(inWorld(`${refused} for system:serviceaccount:elsewhere:web`, other).verdict).toMatch(
      / The likely cause here:$/,
    );
  });

  test('a provider that nobody uses so far is the cause of a message about it', () => {
    const unused = described({ accounts: [], pods: [], over: { providers: complete([]), roles: complete([]) } });
    const { findings } = inWorld('No OpenIDConnect provider found in your account for https://x', unused);
    expect(findings.map(({ ruleId }) => ruleId)).toContain('cluster-provider-missing');
  });
});
