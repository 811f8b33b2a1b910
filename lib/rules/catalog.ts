import { clusterRules } from './cluster/rules.ts';
import type { AnyRule } from './define-rule.ts';
import { issuerRules } from './issuer/rules.ts';
import { podRules } from './pod/rules.ts';
import { podIdentityRules } from './pod-identity/rules.ts';
import { providerRules } from './provider/rules.ts';
import { reachRules } from './reach/rules.ts';
import { runtimeRules } from './runtime/rules.ts';
import { serviceAccountRules } from './service-account/rules.ts';
import { trustRules } from './trust/rules.ts';
import { webhookRules } from './webhook/rules.ts';

/** The rules by group, which is a folder under lib/rules, in the order of documentation. */
export const rulesByGroup = {
  cluster: clusterRules,
  provider: providerRules,
  issuer: issuerRules,
  trust: trustRules,
  'service-account': serviceAccountRules,
  webhook: webhookRules,
  pod: podRules,
  'pod-identity': podIdentityRules,
  runtime: runtimeRules,
  reach: reachRules,
} as const;

/** Every rule, in the order of documentation. */
export const catalog: readonly AnyRule[] = Object.values(rulesByGroup).flat();

/** The group of a rule of the catalogue; undefined for any other. */
export const groupOf = (rule: AnyRule): string | undefined =>
  Object.entries(rulesByGroup).find(([, rules]) => rules.includes(rule))?.[0];

/** A rule by its id. */
export const ruleById = (id: string): AnyRule | undefined => catalog.find(rule => rule.id === id);
