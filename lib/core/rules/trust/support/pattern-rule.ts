import { complete } from '../../../model/collected.ts';
import type { Severity } from '../../../model/finding.ts';
import { defineRule, type Rule, type RuleDocs } from '../../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../example-world.ts';
import type { Breadth, OpenPattern } from './exposure.ts';
import { breadthVerdict } from './exposure-failure.ts';

/** What tells one rule on subject patterns from another. */
export interface PatternRule {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly docs: RuleDocs;
  /** Patterns of this breadth fail. */
  readonly breadth: Breadth['kind'];
  /** What a pattern lets in, to follow "the trust policy of <role> lets in ". */
  readonly says: (open: OpenPattern) => string;
  readonly example: { readonly title: string; readonly pattern: string };
}

/** Declares a rule on how much a subject pattern lets in: one for each breadth, all else alike. */
export const patternRule = ({ breadth, says, example, ...own }: PatternRule): Rule<'statement'> =>
  defineRule({
    ...own,
    kind: 'statement',
    group: 'trust',
    impact: 'exposes',
    articleStep: 'role-trust-policy',
    needs: [],
    check: (subject, facts) =>
      breadthVerdict(subject, facts, breadth, open => `the trust policy of ${subject.role.arn} lets in ${says(open)}`),
    examples: {
      pass: { title: 'one account is named', facts: () => someFacts() },
      fail: {
        title: example.title,
        facts: () => {
          const condition = { StringLike: { [`${exampleIssuer.slice('https://'.length)}:sub`]: example.pattern } };
          return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
        },
      },
    },
  });
