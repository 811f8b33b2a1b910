/** The chain from a pod to its role, as data: which rules judge which step. */
import { type Impact, impacts, type Severity } from '../model.ts';

/** The steps in the order in which credentials come about; then the text that a person pasted; the last two are tried with `--prove`
 *  only. */
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
  'text',
  'live-token',
  'live-call',
] as const;
export type WhyStepId = (typeof whyStepIds)[number];

/** A rule that judges a step, and the impacts of those of its failures that are a cause. `atLeast`: milder ones
 *  are told beside the chain, since AWS does not look at what they are about; without it those of severity info. */
export interface JudgingRule {
  readonly id: string;
  readonly counts: readonly Impact[];
  readonly atLeast?: Severity;
}

type When =
  | 'no-annotation'
  | 'no-issuer'
  | 'pods'
  | 'pod-identity'
  | 'no-pods'
  | 'own-role'
  | 'foreign-role'
  | 'usual-audience'
  | 'own-audience';

/** How one step is judged. */
export interface StepJudgement {
  readonly step: WhyStepId;
  /** When these rules are the ones to ask: the service account names no role; no issuer of the cluster is known; there are pods to look at, one of them has Pod Identity, there is none; the role
   *  is of the cluster's account or another; tokens have the audience of STS or that of the annotation. */
  readonly when?: When;
  readonly rules: readonly JudgingRule[];
  /** Rules of which one must have passed: without that no step is called fine. */
  readonly proof: readonly string[];
  /** Rules on the role that hold the cause where the first proof has the outcome `of`. Otherwise their failures may be
   *  about statements for somebody else. */
  readonly instead?: readonly { readonly id: string; readonly of: 'n/a' | 'unknown' }[];
}

const breaks = (...ids: readonly string[]): readonly JudgingRule[] => ids.map(id => ({ id, counts: ['breaks'] }));
/** Whatever their impact is to an audit: the pod acts with another identity than the annotated role. */
const all = (...ids: readonly string[]): readonly JudgingRule[] => ids.map(id => ({ id, counts: impacts }));

const issuerRules: readonly JudgingRule[] = [
  { id: 'provider-thumbprint-mismatch', counts: ['breaks'], atLeast: 'medium' },
  ...breaks('issuer-unreachable', 'issuer-discovery-invalid', 'issuer-certificate-untrusted'),
];

const annotationRules: readonly JudgingRule[] = [
  ...breaks('service-account-annotation-mistyped', 'service-account-role-arn-malformed', 'pod-annotation-ignored'),
  ...all('pod-role-unannotated'),
];

const injectionRules: readonly JudgingRule[] = [
  ...breaks('pod-identity-pods-without', 'pod-not-injected', 'pod-container-uncovered', 'pod-audience-stale'),
  ...all('pod-role-stale'),
  { id: 'pod-static-credentials', counts: ['breaks', 'exposes'] },
];

/** Every step that rules judge. The webhook's own rules are asked where there is no pod whose specification shows what the
 *  webhook did; where there is one they appear as the cause of what the pod lacks. */
export const stepJudgements: readonly StepJudgement[] = [
  { step: 'service-account', rules: breaks('pod-service-account-gone'), proof: [] },
  {
    step: 'annotation',
    when: 'no-annotation',
    rules: [...annotationRules, ...all('service-account-role-unannotated')],
    // Without an annotation the step is never read as fine.
    proof: [],
  },
  { step: 'annotation', rules: annotationRules, proof: ['service-account-role-arn-malformed'] },
  { step: 'injection', when: 'pods', rules: injectionRules, proof: ['pod-not-injected'] },
  {
    step: 'injection',
    when: 'pod-identity',
    rules: [
      ...injectionRules,
      ...breaks('pod-identity-agent-missing', 'pod-identity-role-missing', 'pod-identity-role-not-trusting'),
      ...all('service-account-pod-identity-overrides'),
    ],
    proof: ['pod-not-injected'],
  },
  {
    step: 'injection',
    when: 'no-pods',
    rules: [
      ...breaks('webhook-missing', 'webhook-invalid', 'webhook-ca-mismatch'),
      ...all('service-account-pod-identity-overrides'),
    ],
    proof: ['webhook-invalid'],
  },
  { step: 'token', rules: breaks('pod-token-unreadable'), proof: ['pod-token-unreadable'] },
  {
    step: 'provider',
    when: 'no-issuer',
    rules: [{ id: 'cluster-issuer-absent', counts: impacts, atLeast: 'info' }],
    // Without an issuer the step is never read as fine.
    proof: [],
  },
  {
    step: 'provider',
    when: 'own-role',
    rules: [...breaks('cluster-provider-missing'), ...issuerRules],
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
    when: 'usual-audience',
    rules: breaks('provider-audience-missing'),
    proof: ['provider-audience-missing'],
  },
  {
    step: 'audience',
    when: 'own-audience',
    rules: breaks('service-account-audience-refused'),
    proof: ['service-account-audience-refused'],
  },
  { step: 'trust-policy', when: 'no-annotation', rules: breaks('pod-role-not-trusting'), proof: [] },
  {
    step: 'trust-policy',
    rules: breaks('service-account-role-missing', 'service-account-role-not-trusting'),
    proof: ['service-account-role-not-trusting'],
    instead: [
      { id: 'trust-policy-unparseable', of: 'unknown' },
      { id: 'trust-audience-impossible', of: 'n/a' },
    ],
  },
  { step: 'last-call', rules: all('runtime-role-never-assumed', 'pod-identity-role-never-used'), proof: [] },
];
