/** Who gains by a change, decided from the change alone: of a journal nothing else is read. */

import { defaultSettings, type Facts, indexOf, nothingAsked } from '../facts.ts';
import { gainsOfChange } from '../fixes/change-table.ts';
import {
  type AccountSnapshot,
  type Change,
  type ChangeOf,
  complete,
  notAskedFor,
  parseArn,
  type Role,
  roleNameOf,
  snapshotSchemaVersion,
} from '../model.ts';
import { trustPolicyOf } from '../policy.ts';
import { accessOfEdit } from '../rules/access/access-change.ts';
import { otherPrincipalsGaining } from '../rules/access/other-principals.ts';
import { namesIn, whenOf } from './render-plan.ts';

/**
 * Who gains what by a change, now or later, one sentence each: service accounts that a trust policy allows, or everyone that a
 * provider, an association or an object gives something. Also what is not known to give nothing. `now`: ISO 8601.
 */
export const gainsByChange = (change: Change, now: string): readonly string[] => {
  if (change.kind === 'trust-policy') return gainsOfPolicy(change, now);
  const gains = gainsOfChange(change);
  return gains === 'by-policy' ? [] : gains;
};

/** The change as it is where nobody knows what was there before: whoever is allowed afterwards gains. */
export const fromNothing = (change: Change): Change => {
  if (change.kind === 'trust-policy') return { ...change, before: nobody };
  return change.kind === 'thumbprints' ? { ...change, before: [] } : change;
};

/** A trust policy that allows nobody anything. */
const nobody = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:*' }],
});

const gainsOfPolicy = ({ roleArn, before, after }: ChangeOf<'trust-policy'>, now: string): readonly string[] => {
  const [was, is] = [before, after].map(trustPolicy => trustPolicyOf({ trustPolicy }));
  if (!was?.ok || !is?.ok) return [`it is not known who gains role ${roleArn}: a policy cannot be read`];
  const { role, facts } = aloneIn(roleArn, before, now);
  const { gains, isOpen } = accessOfEdit(was.policy, is.policy, role, facts);
  return [
    ...gains.flatMap(set => namesIn(set).map(name => `${name} gains role ${roleArn}${whenOf(set)}`)),
    ...otherPrincipalsGaining(was.policy, is.policy, facts).map(name => `${name} may gain role ${roleArn}`),
    ...(isOpen === true ? [`it is not known who else gains role ${roleArn}`] : []),
  ];
};

/** Facts of which only the policy of one role is known: every issuer and audience that it names is then asked about. */
const aloneIn = (roleArn: string, trustPolicy: string, now: string): { readonly role: Role; readonly facts: Facts } => {
  const { accountId = '', partition = 'aws' } = parseArn(roleArn) ?? {};
  const why = 'only the change of one role is known';
  const detail = notAskedFor<never>('iam:GetRole', why);
  const role: Role = { arn: roleArn, name: roleNameOf(roleArn), path: '/', trustPolicy, detail };
  const snapshot: AccountSnapshot = {
    ...{ schemaVersion: snapshotSchemaVersion, accountId, partition, takenAt: now },
    ...nothingAsked(why),
    roles: complete([role]),
    regions: [],
  };
  return { role, facts: { snapshot, fleet: indexOf([snapshot]), issuers: {}, now, settings: defaultSettings } };
};
