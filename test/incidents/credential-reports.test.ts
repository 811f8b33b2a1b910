import { describe, expect, test } from '@jest/globals';
import { explainMessage } from '../../lib/explain/explain-message.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { given } from '../../lib/text/given.ts';
import { whyChain } from '../../lib/why/why-chain.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aCluster, someFacts } from '../support/example-world.ts';
import { firstReports, secondReports } from './credential-reports.ts';

const reports = [...firstReports, ...secondReports];
const named = reports.map(one => [`${one.source}: ${one.cause}`, one] as const);

const whyOf = (target: WhyTarget, facts: Facts): string => {
  const { cause, suspect, verdict } = whyChain({ target, facts, clusterArn: aCluster().arn });
  if (cause !== undefined) return `cause: ${cause.ruleId ?? cause.fix.summary}`;
  return suspect === undefined ? verdict : `suspect: ${suspect.ruleId}`;
};

describe('reports of credentials that are not those of the role', () => {
  test.each(named.filter(([, { explained }]) => explained !== undefined))('the text of %s', (_, report) => {
    const [id, words, place] = report.explained ?? ['', /^$/, 0];
    const read = explainMessage(report.text);
    const causes = read.known ? read.message.causes : [];
    expect(read.known && read.message.id).toBe(id);
    expect(causes.findIndex(({ text }) => words.test(text)) + 1).toBe(place);
  });

  test.each(named.filter(([, { facts }]) => facts !== undefined))('the state of %s', (_, report) => {
    const facts = (report.facts ?? someFacts)();
    const findings = evaluate(facts, { rules: catalog }).findings.filter(({ severity }) => severity !== 'info');
    expect({
      found: findings.map(({ ruleId, messageId }) => `${ruleId} ${messageId}`),
      ...given({ why: report.target && whyOf(report.target, facts) }),
    }).toEqual({ found: report.found, ...given({ why: report.why }) });
  });

  test('are told by their text, or by their state', () => {
    const silent = reports.filter(
      ({ explained, found = [], why }) => explained === undefined && found.length === 0 && !why?.startsWith('cause'),
    );
    expect(silent.map(({ source }) => source)).toEqual([]);
  });
});
