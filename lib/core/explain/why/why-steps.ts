/** The chain from a pod to its role, as data: which rules judge which step. */
import type { Impact } from '../../model/finding.ts';

/** The steps in the order in which credentials come about; the last two are tried with `--prove` only. */
export const whyStepIds = [
  'pod',
  'service-account',
  'annotation',
  'injection',
  'token',
  'provider',
  'audience',
  'trust-policy',
  'last-call',
  'live-token',
  'live-call',
] as const;
export type WhyStepId = (typeof whyStepIds)[number];

/** A rule that judges a step. `breaks`: its failures count where they break the role of the pod, and not as a trifle.
 *  `any`: every failure above info counts, since the pod then acts with another identity than the annotated role. */
export interface JudgingRule {
  readonly id: string;
  readonly counts: 'breaks' | 'any' | readonly Impact[];
}

/** How one step is judged. */
export interface StepJudgement {
  readonly step: WhyStepId;
  /** When these rules are the ones to ask; `pods` means that there are pods to look at. */
  readonly when?: 'pods' | 'no-pods' | 'own-role' | 'foreign-role';
  readonly rules: readonly JudgingRule[];
  /** Rules of which one must have passed: without that no step is called fine. */
  readonly proof: readonly string[];
  /** Rules on the role that hold the cause where the first proof has the outcome `of`. Otherwise their failures may be
   *  about statements for somebody else. */
  readonly instead?: readonly { readonly id: string; readonly of: 'n/a' | 'unknown' }[];
}

const breaks = (...ids: readonly string[]): readonly JudgingRule[] => ids.map(id => ({ id, counts: 'breaks' }));
const any = (...ids: readonly string[]): readonly JudgingRule[] => ids.map(id => ({ id, counts: 'any' }));

const issuerRules = breaks(
  'provider-thumbprint-mismatch',
  'issuer-unreachable',
  'issuer-discovery-invalid',
  'issuer-certificate-untrusted',
  'issuer-certificate-expiring',
);

/** Every step that rules judge. The webhook's own rules are asked where there is no pod whose specification shows what the
 *  webhook did; where there is one they appear as the cause of what the pod lacks. */
export const stepJudgements: readonly StepJudgement[] = [
  { step: 'service-account', rules: breaks('pod-service-account-gone'), proof: [] },
  {
    step: 'annotation',
    rules: breaks('service-account-annotation-mistyped', 'service-account-role-arn-malformed'),
    proof: ['service-account-role-arn-malformed'],
  },
  {
    step: 'injection',
    when: 'pods',
    rules: [
      ...breaks('pod-not-injected', 'pod-container-uncovered'),
      ...any('pod-role-stale', 'service-account-pod-identity-overrides'),
      { id: 'pod-static-credentials', counts: ['breaks', 'exposes'] },
    ],
    proof: ['pod-not-injected'],
  },
  {
    step: 'injection',
    when: 'no-pods',
    rules: [
      ...breaks('webhook-missing', 'webhook-invalid', 'webhook-ca-mismatch'),
      ...any('service-account-pod-identity-overrides'),
    ],
    proof: ['webhook-invalid'],
  },
  { step: 'token', when: 'pods', rules: breaks('pod-token-unreadable'), proof: ['pod-token-unreadable'] },
  {
    step: 'provider',
    when: 'own-role',
    rules: [...any('cluster-issuer-absent'), ...breaks('cluster-provider-missing'), ...issuerRules],
    proof: ['cluster-provider-missing'],
  },
  {
    step: 'provider',
    when: 'foreign-role',
    rules: [...breaks('service-account-role-account-lacks-provider'), ...issuerRules],
    proof: ['service-account-role-account-lacks-provider'],
  },
  {
    step: 'audience',
    rules: breaks('service-account-audience-refused', 'provider-audience-missing'),
    proof: ['provider-audience-missing', 'service-account-audience-refused'],
  },
  {
    step: 'trust-policy',
    rules: breaks('service-account-role-missing', 'service-account-role-not-trusting'),
    proof: ['service-account-role-not-trusting'],
    instead: [
      { id: 'trust-policy-unparseable', of: 'unknown' },
      { id: 'trust-audience-impossible', of: 'n/a' },
    ],
  },
];
