/** Steps of the AWS CLI. */
import type { AccessChange, Act, LookStep, Provider } from '../model.ts';
import { decodePolicyText } from '../policy.ts';
import { safeJson } from '../text.ts';
import { act } from './step.ts';

/** Gives a role a whole trust policy. `before` is the text that was read. */
export const setTrustPolicy = (
  roleArn: string,
  before: string,
  policy: unknown,
  access?: readonly AccessChange[],
): Act => act({ kind: 'trust-policy', roleArn, before: plainText(before), after: safeJson(policy) }, access);

/** The JSON of a policy that IAM gave encoded, which is what a look answers later. */
const plainText = (text: string): string => {
  const decoded = decodePolicyText(text);
  return typeof decoded === 'string' ? decoded : text;
};

/** Creates a provider. */
export const createProvider = (
  providerArn: string,
  audiences: readonly string[],
  access?: readonly AccessChange[],
): Act => act({ kind: 'provider-created', providerArn, audiences }, access);

/** Deletes a provider that accepts what was read of it, as far as it was. */
export const deleteProvider = ({ arn, detail }: Provider): Act =>
  act({
    kind: 'provider-deleted',
    providerArn: arn,
    ...(detail.status === 'complete'
      ? { before: { audiences: detail.value.audiences, thumbprints: detail.value.thumbprints } }
      : {}),
  });

/** Adds an audience to those that a provider accepts. */
export const addAudience = (providerArn: string, audience: string, access?: readonly AccessChange[]): Act =>
  act({ kind: 'audience-added', providerArn, audience }, access);

/** Removes an audience from those that a provider accepts. */
export const removeAudience = (providerArn: string, audience: string): Act =>
  act({ kind: 'audience-removed', providerArn, audience });

/** Replaces the whole list of thumbprints. */
export const setThumbprints = (providerArn: string, before: readonly string[], after: readonly string[]): Act =>
  act({ kind: 'thumbprints', providerArn, before, after });

/** Asks for a quota of IAM. */
export const requestQuota = (accountId: string, code: string, value: number): Act =>
  act({ kind: 'quota-requested', accountId, code, value });

/** Shows what a role was used for. */
export const roleLastAccess = (roleArn: string): LookStep => ({ look: { kind: 'role-last-access', roleArn } });
