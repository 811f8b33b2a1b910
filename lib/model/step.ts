/** The steps of a fix as data. Text for a shell is made of them at the edge: no program parses a command. */

/** Service accounts that ask for a role: tokens of an issuer with an audience. `subjects` are exact; `patterns` without what
 *  matches `except` are all others of the set. */
export interface IdentitySet {
  /** Without scheme. */
  readonly issuer: string;
  readonly audience: string;
  /** `system:serviceaccount:<namespace>:<name>`, sorted. */
  readonly subjects: readonly string[];
  readonly patterns: readonly string[];
  readonly except: readonly string[];
}

/** Who may assume a role after a step and could not before, and the other way round: exact sets, decided by the evaluator. */
export interface AccessChange {
  readonly roleArn: string;
  readonly gains: readonly IdentitySet[];
  readonly loses: readonly IdentitySet[];
  /** The comparison exceeds the budget, or the policy has doubts: there may be more on both sides. */
  readonly isOpen?: true;
}

/** What a step writes. By it a program reads the state again, foresees the state afterwards, and goes back. */
export type Change =
  /** Both texts are whole trust policies, as JSON. */
  | { readonly kind: 'trust-policy'; readonly roleArn: string; readonly before: string; readonly after: string }
  | {
      readonly kind: 'thumbprints';
      readonly providerArn: string;
      readonly before: readonly string[];
      readonly after: readonly string[];
    }
  | { readonly kind: 'audience-added' | 'audience-removed'; readonly providerArn: string; readonly audience: string }
  | { readonly kind: 'provider-created'; readonly providerArn: string; readonly audiences: readonly string[] }
  | { readonly kind: 'provider-deleted'; readonly providerArn: string }
  /** An absent value is an absent key. */
  | {
      readonly kind: 'annotation' | 'label';
      readonly namespace: string;
      readonly serviceAccount: string;
      readonly key: string;
      readonly before?: string;
      readonly after?: string;
    }
  | {
      readonly kind: 'service-account-created';
      readonly namespace: string;
      readonly serviceAccount: string;
      readonly annotations: Readonly<Record<string, string>>;
    }
  /** `workload` as kubectl names it: `deployment/cart`. */
  | {
      readonly kind: 'workload-service-account';
      readonly namespace: string;
      readonly workload: string;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: 'pods-restarted'; readonly namespace: string; readonly workload: string }
  /** Objects without namespace that are written whole, as `kind/name`. */
  | { readonly kind: 'objects'; readonly names: readonly string[] }
  | {
      readonly kind: 'addon-role';
      readonly clusterArn: string;
      readonly addon: string;
      readonly before: string;
      readonly after: string;
    }
  | { readonly kind: 'addon-created'; readonly clusterArn: string; readonly addon: string }
  | {
      readonly kind: 'association-updated' | 'association-deleted';
      readonly clusterArn: string;
      readonly associationId: string;
    }
  | { readonly kind: 'quota-requested'; readonly code: string; readonly value: number };

/** Where a step goes. */
export interface StepTarget {
  readonly accountId?: string;
  readonly region?: string;
  readonly clusterName?: string;
  readonly clusterArn?: string;
  /** Context of the kubeconfig. */
  readonly context?: string;
}

/** Programs that steps run. */
export const stepTools = ['aws', 'kubectl', 'curl', 'openssl'] as const;

/** One program with its exact arguments. */
export interface Step {
  readonly tool: (typeof stepTools)[number];
  /** What the program gets behind its name, word by word; target and region are among them. */
  readonly args: readonly string[];
  readonly target: StepTarget;
  /** Standard input. */
  readonly input?: string;
  /** Run only where this command of the same tool prints this text. */
  readonly onlyIf?: { readonly args: readonly string[]; readonly prints: string };
  /** Arguments to run instead where the tool refuses the step. */
  readonly otherwise?: readonly string[];
  /** Absent where the step only reads. */
  readonly change?: Change;
  /** Absent where nobody gains or loses a role. */
  readonly access?: readonly AccessChange[];
}
