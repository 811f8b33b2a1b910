import { anyValue, digestAttributes, noName } from '../audit/contract.ts';
import { coverageSeverity, findingsOf, severityOf, wantedAs } from '../history/routing.ts';
import type { Digest } from '../history/transition.ts';
import { severities } from '../model.ts';
import { compareText } from '../text.ts';

/** Bytes that one attribute may take of the message. */
const maxAttribute = 16 * 1024;

/**
 * The contents of a digest, by name, for filter policies: a subscription gets it if any value of each attribute matches. A
 * list that would take too much of the message, or that has nothing to say (a changed fact has no severity, coverage no rule), is
 * `anyValue`, which every filter lets through: too much rather than too little.
 */
export const attributesOf = (digest: Digest): Readonly<Record<string, readonly string[]>> => {
  const findings = [
    ...digest.transitions.flatMap(findingsOf),
    ...(digest.stillOpen?.findings ?? []).map(({ finding }) => finding),
  ];
  const { notices = [], beyond = 0 } = digest.coverage ?? {};
  const found = new Set([
    ...findings.map(({ severity }) => severity),
    ...digest.transitions.map(severityOf),
    ...(notices.length > 0 ? [coverageSeverity] : []),
  ]);
  const facts = [...digest.factChanges, ...notices];
  return {
    [digestAttributes.severity]: bounded(
      severities.filter(each => found.has(each)),
      digest.factChanges.length > 0,
    ),
    [digestAttributes.account]: bounded(
      [...findings, ...facts].map(({ accountId }) => accountId),
      beyond > 0,
    ),
    [digestAttributes.cluster]: bounded(
      findings.flatMap(({ clusterName }) => clusterName ?? []),
      findings.some(({ clusterName }) => clusterName === undefined) || facts.length > 0,
    ),
    [digestAttributes.namespace]: bounded(
      [...findings.map(({ namespace }) => namespace ?? noName), ...digest.factChanges.map(() => noName)],
      notices.length > 0 || beyond > 0,
    ),
    [digestAttributes.owner]: bounded(
      [...findings, ...digest.factChanges].map(each => ('owner' in each && each.owner) || noName),
      notices.length > 0 || beyond > 0,
    ),
    [digestAttributes.rule]: bounded(
      findings.map(({ ruleId }) => ruleId),
      facts.length > 0,
    ),
    [digestAttributes.transition]: bounded(digest.transitions.flatMap(wantedAs), facts.length > 0),
  };
};

const bounded = (values: readonly string[], alsoAny: boolean): readonly string[] => {
  const distinct = [...new Set(values)].sort(compareText);
  const isTooLong = Buffer.byteLength(JSON.stringify(distinct)) > maxAttribute;
  if (isTooLong || distinct.length === 0) return [anyValue];
  return alsoAny ? [...distinct, anyValue] : distinct;
};
