import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { trustRules } from '../../../lib/rules/trust/rules.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

export const host = exampleIssuer.slice('https://'.length);
export const sub = `${host}:sub`;
export const aud = `${host}:aud`;
export const provider = `arn:aws:iam::111122223333:oidc-provider/${host}`;
export const exact = 'system:serviceaccount:checkout:cart';

/** A statement for the example cluster's provider; the condition is the exact account unless given. */
export const statement = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  Effect: 'Allow',
  Principal: { Federated: provider },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [aud]: 'sts.amazonaws.com', [sub]: exact } },
  ...over,
});

export const policy = (...statements: readonly Record<string, unknown>[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** The example account with one role that has this policy. */
export const worldOf = (trustPolicy: string, over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({ roles: complete([aRole({ trustPolicy })]), ...over });

/** All findings of the trust rules, worst first. */
export const findingsIn = (facts: Facts): readonly Finding[] => evaluate(facts, { rules: trustRules }).findings;

/** `rule severity` of each finding, sorted, with what it explains; a rule that threw is an error of the test. */
export const judge = (facts: Facts): readonly string[] => {
  const evaluation = evaluate(facts, { rules: trustRules });
  const broken = evaluation.gaps.filter(gap => gap.reason.operation.startsWith('rule '));
  if (broken.length > 0) throw new Error(broken.map(gap => gap.reason.message).join('; '));
  return evaluation.findings.map(({ ruleId, severity }) => `${ruleId} ${severity}`).sort();
};

export const where = (condition: unknown): string => policy(statement({ Condition: condition }));

export const subject = (value: unknown, operator = 'StringEquals'): string =>
  where({
    [operator]: { [sub]: value },
    ...(operator === 'StringEquals' ? {} : { StringEquals: { [aud]: 'sts.amazonaws.com' } }),
    ...(operator === 'StringEquals' ? { StringLike: { [aud]: 'sts.amazonaws.com' } } : {}),
  });

export const other = host.replace('5C1D', '0000');

export const otherProvider = provider.replace('5C1D', '0000');

export const audOnly = { StringEquals: { [aud]: 'sts.amazonaws.com' } };

export const deny = (condition: unknown, over = {}) => statement({ Effect: 'Deny', Condition: condition, ...over });

export const own = { [sub]: exact, [aud]: 'sts.amazonaws.com' };

/** The answer of one rule: severity and message id of each finding, and what it could not decide. */
export const said = (ruleId: string, facts: Facts): readonly string[] => {
  const rule = ruleById(ruleId);
  if (!rule) throw new Error(`there is no rule ${ruleId}`);
  const { findings, undecided } = evaluate(facts, { rules: [rule] });
  return [
    ...findings.map(({ severity, messageId }) => `${severity} ${messageId}`),
    ...undecided.map(({ kind, missing }) => `unknown ${kind}: ${missing}`),
  ];
};

export const inside = (...names: readonly string[]) => ({
  clusters: complete([aReadCluster({ serviceAccounts: complete(names.map(name => aServiceAccount({ name }))) })]),
});
