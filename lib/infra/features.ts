/** Which parts of a deployment a configuration asks for. */
import { askedOf } from '../config/choices-read.ts';
import type { Configuration } from '../config/configuration.ts';
import type { KeyedChoice } from '../model.ts';

/** The features beside the choices of what is read, each with whether a configuration asks for it. */
const others = {
  organization: ({ accounts }) => accounts.from === 'organization',
  'organization-identity': ({ accounts, resourceControlPolicies }) =>
    accounts.from === 'organization' || resourceControlPolicies,
  'service-controls': configuration => {
    const asked = askedOf(configuration);
    return asked.has('control-policies') && asked.has('role-permissions');
  },
  members: ({ accounts }) => accounts.from !== 'self',
  'in-cluster': ({ inCluster }) => inCluster.enabled,
  'customer-key': ({ customerKey }) => customerKey,
  'fast-lane': ({ fastLane }) => fastLane.enabled,
} as const satisfies Readonly<Record<string, (configuration: Configuration) => boolean>>;

/** A choice of the configuration that widens what a step may do. Nothing is granted for what is not asked for. */
export type Feature = KeyedChoice | keyof typeof others;

/** The features that a configuration asks for. */
export const featuresOf = (configuration: Configuration): ReadonlySet<Feature> => {
  const read = [...askedOf(configuration)].filter(choice => choice !== 'rbac' || configuration.inCluster.enabled);
  const beside = Object.entries(others).flatMap(([name, isAsked]) => (isAsked(configuration) ? [name as Feature] : []));
  return new Set([...read, ...beside]);
};
