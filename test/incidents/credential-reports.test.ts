import { describe, expect, test } from '@jest/globals';
import { explainMessage } from '../../lib/explain/explain-message.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { whyChain } from '../../lib/why/why-chain.ts';
import { aCluster } from '../support/example-world.ts';
import { firstReports, secondReports } from './credential-reports.ts';

const reports = [...firstReports, ...secondReports];
const named = reports.map(one => [`${one.source}: ${one.cause}`, one] as const);

describe('reports of credentials that are not those of the role', () => {
  test.each(named.filter(([, { explained }]) => explained !== undefined))('the text of %s', (_, report) => {
    const [id, words, place] = report.explained ?? ['', /^$/, 0];
    const read = explainMessage(report.text);
    const causes = read.known ? read.message.causes : [];
    expect(read.known && read.message.id).toBe(id);
    expect(causes.findIndex(({ text }) => words.test(text)) + 1).toBe(place);
  });

  test.each(named.filter(([, { facts }]) => facts !== undefined))('the state of %s', (_, report) => {
    const facts = report.facts?.();
    if (facts === undefined) return;
    const findings = evaluate(facts, { rules: catalog }).findings.filter(({ severity }) => severity !== 'info');
    expect(findings.map(({ ruleId, messageId }) => `${ruleId} ${messageId}`)).toEqual(report.found);
    if (report.target === undefined) return;
    const { cause, suspect, verdict } = whyChain({ target: report.target, facts, clusterArn: aCluster().arn });
    const answer =
      cause !== undefined
        ? `cause: ${cause.ruleId ?? cause.fix.summary}`
        : suspect !== undefined
          ? `suspect: ${suspect.ruleId}`
          : verdict;
    expect(answer).toBe(report.why);
  });

  test('are told by their text, or by their state', () => {
    const silent = reports.filter(
      ({ explained, found = [], why }) => explained === undefined && found.length === 0 && !why?.startsWith('cause'),
    );
    expect(silent.map(({ source }) => source)).toEqual([]);
  });
});
