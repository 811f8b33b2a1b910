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

/** Every rule, in the order of documentation. */
export const catalog: readonly AnyRule[] = [
  ...clusterRules,
  ...providerRules,
  ...issuerRules,
  ...trustRules,
  ...serviceAccountRules,
  ...webhookRules,
  ...podRules,
  ...podIdentityRules,
  ...runtimeRules,
  ...reachRules,
];

/** A rule by its id. */
export const ruleById = (id: string): AnyRule | undefined => catalog.find(rule => rule.id === id);
