/** Whether a change gives a role to somebody, decided from the change alone: of a journal nothing else is read. */
import { defaultSettings, type Facts } from '../facts/facts.ts';
import { indexOf } from '../facts/fleet-index.ts';
import { nothingAsked } from '../facts/sections.ts';
import { givesRole } from '../fixes/change-table.ts';
import type { Role } from '../model/account.ts';
import { parseArn, roleNameOf } from '../model/arn.ts';
import { complete, notAskedFor } from '../model/collected.ts';
import { type AccountSnapshot, snapshotSchemaVersion } from '../model/snapshot.ts';
import type { Change, ChangeOf } from '../model/step.ts';
import { trustPolicyOf } from '../policy/parse/trust-policy-of.ts';
import { accessOfEdit } from '../rules/access/access-change.ts';
import { keepsOtherPrincipals } from '../rules/access/other-principals.ts';

/**
 * True where by the change somebody gains a role, or where it is not known that nobody does: a wider trust policy, a provider or an
 * audience that trust policies may name, an association. `now` is the instant for tests of time, ISO 8601.
 */
export const givesAccess = (change: Change, now: string): boolean =>
  change.kind === 'trust-policy' ? widens(change, now) : givesRole(change) === true;

const widens = ({ roleArn, before, after }: ChangeOf<'trust-policy'>, now: string): boolean => {
  const [was, is] = [before, after].map(trustPolicy => trustPolicyOf({ trustPolicy }));
  if (!was?.ok || !is?.ok) return true;
  const { role, facts } = aloneIn(roleArn, before, now);
  const { gains, isOpen } = accessOfEdit(was.policy, is.policy, role, facts);
  return gains.length > 0 || isOpen === true || !keepsOtherPrincipals(was.policy, is.policy, facts);
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
