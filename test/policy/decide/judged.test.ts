import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  accountOfSubject,
  completeQuestion,
  decide,
  defaultAudience,
  parsePolicy,
  type SubjectSet,
  subjectsOf,
} from '../../../lib/policy.ts';
import { overPolicies } from '../../support/shared-policies.ts';

type Verdict = 'none' | 'any' | { readonly list: readonly string[] } | { readonly pattern: string | readonly string[] };
interface Judged {
  readonly file: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly if_issuer_taken_literally?: Verdict;
}

/** Of the collected ones, judged as if IAM ignored `__doc_comment` under Condition, which it refuses: here that is unknown, at most the list. */
const refusedByIam = new Set(['066', '094']);

const textOf = (set: SubjectSet): string => {
  const accounts = set.subjects.map(subject => {
    const account = accountOfSubject(subject);
    return account ? `${account.namespace}/${account.name}` : subject;
  });
  if (set.kind === 'none' || set.kind === 'any') return set.kind;
  if (set.kind === 'list') return `list ${accounts.sort().join(' ')}`;
  return `${set.kind} ${[...set.patterns, ...set.subjects].sort().join(' ')}`;
};

const verdictText = (verdict: Verdict): string => {
  if (typeof verdict === 'string') return verdict;
  if ('list' in verdict) return `list ${[...verdict.list].sort().join(' ')}`;
  const patterns = typeof verdict.pattern === 'string' ? [verdict.pattern] : verdict.pattern;
  return `pattern ${[...patterns].sort().join(' ')}`;
};

const setOfFile = (path: string): SubjectSet | string => {
  const parsed = parsePolicy(readFileSync(path, 'utf8'));
  if (!parsed.ok) return parsed.problem.message;
  return subjectsOf(parsed.policy, { ...completeQuestion(parsed.policy, {}), audience: defaultAudience });
};

overPolicies('policies from public repositories', ({ folder: root, documents, isCollected }) => {
  test('judged verdicts: no difference but the explained ones', () => {
    const judged: readonly Judged[] = JSON.parse(readFileSync(resolve(root, 'judged.json'), 'utf8'));
    const differences: string[] = [];
    const refused: string[] = [];
    for (const { file, verdict, reason, if_issuer_taken_literally: literal } of judged) {
      const set = setOfFile(resolve(root, file));
      const got = typeof set === 'string' ? set : textOf(set);
      const accepted = [verdict, ...(literal === undefined ? [] : [literal])].map(verdictText);
      if (accepted.includes(got)) continue;
      if (got.startsWith('unknown') && isCollected && refusedByIam.has(/\/(\d+)-/.exec(file)?.[1] ?? ''))
        refused.push(file);
      else differences.push(`${file}: got ${got}, judged ${accepted.join(' or ')} (${reason})`);
    }
    if (differences.length > 0) process.stderr.write(`${differences.join('\n')}\n`);
    expect(differences).toEqual([]);
    expect(judged.length).toBeGreaterThan(40);
    expect(refused).toHaveLength(isCollected ? refusedByIam.size : 0);
  });

  test('every document parses or is refused with a place, and is decided', () => {
    let parsedOnes = 0;
    for (const name of documents) {
      const text = readFileSync(resolve(root, 'documents', name), 'utf8');
      const parsed = parsePolicy(text);
      if (!parsed.ok) {
        expect(parsed.problem.message).not.toBe('');
        expect(parsed.problem.at.line).toBeGreaterThan(0);
        continue;
      }
      parsedOnes += 1;
      const question = completeQuestion(parsed.policy, {});
      const set = subjectsOf(parsed.policy, { ...question, audience: defaultAudience });
      const subject = set.example ?? 'system:serviceaccount:nobody:nobody';
      const { decision } = decide(parsed.policy, { ...question, audience: defaultAudience, subject });
      if (set.kind !== 'unknown') expect(`${name} ${decision}`).toBe(`${name} ${set.example ? 'allow' : 'deny'}`);
    }
    expect(documents.length).toBeGreaterThan(isCollected ? 280 : 55);
    expect(parsedOnes).toBeGreaterThan(isCollected ? 250 : 45);
  });
});
