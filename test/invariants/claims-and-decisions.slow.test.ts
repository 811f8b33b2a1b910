import { expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { decideOnly } from '../../lib/policy/decide/decide.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { trustRules } from '../../lib/rules/trust/rules.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from '../support/example-world.ts';
import { seed } from '../support/properties.ts';
import { dice, randomPolicy, randomSubject, randomSubjectPolicy } from '../support/random-policy.ts';
import { casesOf } from '../support/sample.ts';

/** The claims of the trust rules on random policies, against the decisions for single tokens. */
const audiences = ['sts.amazonaws.com', 'vault'];
const roleArn = 'arn:aws:iam::111122223333:role/app';

interface Judged {
  readonly json: Readonly<Record<string, unknown>>;
  readonly findings: readonly Finding[];
  readonly decide: (subject: string, audience: string) => string;
}

const judged = (json: Record<string, unknown>): Judged | undefined => {
  const trustPolicy = JSON.stringify(json);
  const parsed = parsePolicy(trustPolicy);
  if (!parsed.ok) return undefined;
  const { findings } = evaluate(
    someFacts({
      providers: complete([aProvider({ audiences })]),
      roles: complete([aRole({ name: 'app', arn: roleArn, trustPolicy })]),
    }),
    { rules: trustRules },
  );
  return {
    json,
    findings,
    decide: (subject, audience) => decideOnly(parsed.policy, { roleArn, issuer: exampleIssuer, subject, audience }),
  };
};

/** Someone gets in with some audience, as far as this subject tells. */
const outcomes = ({ decide }: Judged, subject: string) => audiences.map(audience => decide(subject, audience));

/** What the caller chooses, or what is not documented, is unknown of a single token; refused it is not. */
const isRefused = (one: Judged, subject: string): boolean =>
  outcomes(one, subject).every(outcome => outcome === 'deny');

const faultsOf = (one: Judged, roll: ReturnType<typeof dice>): readonly string[] => {
  const subjects = Array.from({ length: 12 }, () => randomSubject(roll));
  const here = one.findings.filter(({ discriminator }) =>
    discriminator.includes(exampleIssuer.slice('https://'.length)),
  );
  const rules = new Set(one.findings.map(({ ruleId }) => ruleId));
  const faults: string[] = [];
  if (here.some(({ ruleId }) => ruleId === 'trust-any-subject'))
    for (const subject of subjects) if (isRefused(one, subject)) faults.push(`any subject, but not ${subject}`);
  const statements = one.json.Statement as readonly unknown[];
  if (statements.length === 1 && here.some(({ ruleId }) => ruleId === 'trust-never-matches'))
    for (const subject of subjects) if (outcomes(one, subject).includes('allow')) faults.push(`never, but ${subject}`);
  for (const finding of one.findings.filter(({ ruleId }) =>
    /any-namespace|any-service-account|pattern-broad/.test(ruleId),
  )) {
    const plain = String(finding.data.pattern).replaceAll('*', 'zz9').replaceAll('?', 'z');
    if (!/^system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+$/.test(plain)) continue;
    const excepted = statements.length > 1 || /Not|Deny/.test(JSON.stringify(one.json));
    if (!excepted && isRefused(one, plain)) faults.push(`${finding.ruleId} ${finding.data.pattern}, but not ${plain}`);
  }
  const exposed = one.findings.some(({ ruleId }) =>
    /any-subject|any-namespace|any-service-account|broad|undecidable|unparse|principal-wildcard/.test(ruleId),
  );
  // Names that no policy writes: only a wildcard, or the lack of a test, allows them.
  const strange = subjects.slice(0, 3).flatMap(subject => {
    const [, , namespace, name] = subject.split(':');
    return [`system:serviceaccount:${namespace}:zq8`, `system:serviceaccount:zq7:${name}`];
  });
  if (!exposed)
    for (const subject of [...strange, 'system:serviceaccount:zq7:zq8'])
      if (outcomes(one, subject).includes('allow'))
        faults.push(`silent, but ${subject} gets in: ${[...rules].join(' ')}`);
  return faults.map(text => `${text}: ${JSON.stringify(one.json)}`);
};

test('what rules claim of random policies is what is decided', () => {
  const roll = dice(seed);
  const faults: string[] = [];
  const said: Record<string, number> = {};
  for (let at = 0; at < casesOf(100); at += 1) {
    const one = judged(at % 2 === 0 ? randomPolicy(roll) : randomSubjectPolicy(roll));
    if (one === undefined) continue;
    for (const { ruleId } of one.findings) said[ruleId] = (said[ruleId] ?? 0) + 1;
    faults.push(...faultsOf(one, roll));
  }
  expect(said['trust-any-subject']).toBeGreaterThan(5);
  expect(said['trust-never-matches']).toBeGreaterThan(5);
  expect(faults.slice(0, 8)).toEqual([]);
});
