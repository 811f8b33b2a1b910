/** Which parts of a deployment a configuration asks for. */
import type { Configuration } from '../config/configuration.ts';

/** Choices of the configuration that widen what a step may do. Nothing is granted for what is not asked for. */
export const features = [
  'organization',
  'organization-identity',
  'control-policies',
  'service-controls',
  'members',
  'role-details',
  'role-permissions',
  'unused-permissions',
  'cloud-trail',
  'in-cluster',
  'rbac',
  'customer-key',
  'fast-lane',
] as const;
export type Feature = (typeof features)[number];

/** The features that a configuration asks for. */
export const featuresOf = (configuration: Configuration): ReadonlySet<Feature> => {
  const asked: readonly (readonly [Feature, boolean])[] = [
    ['organization', configuration.accounts.from === 'organization'],
    ['organization-identity', configuration.accounts.from === 'organization' || configuration.resourceControlPolicies],
    ['control-policies', configuration.resourceControlPolicies],
    [
      'service-controls',
      configuration.resourceControlPolicies && (configuration.rolePermissions || configuration.unusedPermissions),
    ],
    ['members', configuration.accounts.from !== 'self'],
    // The permissions come with the details, by one call.
    ['role-details', configuration.roleDetails || configuration.rolePermissions || configuration.unusedPermissions],
    ['role-permissions', configuration.rolePermissions || configuration.unusedPermissions],
    ['unused-permissions', configuration.unusedPermissions],
    ['cloud-trail', configuration.cloudTrail.enabled],
    ['in-cluster', configuration.inCluster.enabled],
    ['rbac', configuration.inCluster.enabled && configuration.rbac],
    ['customer-key', configuration.customerKey],
    ['fast-lane', configuration.fastLane.enabled],
  ];
  return new Set(asked.flatMap(([feature, wanted]) => (wanted ? [feature] : [])));
};
