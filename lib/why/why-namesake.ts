/** A service account of the same name in another namespace: the one with the role may have been made in the wrong one. */

import { type Facts, namesakePods, podsOfServiceAccount, roleArnFault, trustQuestion } from '../facts.ts';
import { minimalGrant } from '../fixes/minimal-grant.ts';
import { type FixDraft, parseArn, roleArnKey, roleNameOf, type ServiceAccount, type Step, valueOr } from '../model.ts';
import { subjectOf } from '../policy.ts';
import { giveRole } from '../rules/service-account/support/give-role.ts';
import type { WhyContext } from './why-context.ts';
import type { WhyCause } from './why-reading.ts';

/** Service accounts of the same name in other namespaces that have a role and no pods. */
const unusedNamesakes = ({ snapshot: { kubernetes }, target, accountName }: WhyContext): readonly ServiceAccount[] => {
  if (kubernetes.status === 'unavailable' || accountName === 'default') return [];
  const { value } = kubernetes;
  return valueOr(value.serviceAccounts, []).filter(
    ({ namespace, name, annotations }) =>
      name === accountName &&
      namespace !== target.namespace &&
      annotations[roleArnKey] &&
      podsOfServiceAccount(value, namespace, name).length === 0,
  );
};

/** These service accounts as evidence. */
export const namesakes = (context: WhyContext): WhyCause['evidence'] =>
  unusedNamesakes(context).map(({ namespace, name, annotations }) => ({
    what: `service account ${namespace}/${name}, which no pod uses`,
    got: annotations[roleArnKey] ?? '',
    wanted: `the role on ${context.target.namespace}/${name}`,
    readFrom: `serviceaccounts of cluster ${context.snapshot.cluster.name}`,
  }));

/** Gives the role of the namesake that was meant for these pods, as `scan` tells it; undefined where there is none. */
export const namesakeFix = (context: WhyContext): FixDraft | undefined => {
  const { snapshot, target, accountName: name = '' } = context;
  const namesake = meantFor(context);
  const roleArn = namesake?.annotations[roleArnKey];
  if (namesake === undefined || roleArn === undefined || roleArnFault(roleArn, undefined) !== undefined)
    return undefined;
  const trust = trustStep(context, roleArn);
  const given = giveRole({ snapshot, namespace: target.namespace, name }, [roleArn]);
  const steps = [...trust.steps, ...(given.steps ?? [])];
  return {
    summary: `Make the annotation and the trust policy for ${target.namespace}/${name}, which has the pods, in place of ${namesake.namespace}/${name}, then restart the pods.`,
    steps,
    choice: [`Whether these pods are to have role ${roleNameOf(roleArn)}.`, trust.left].join(' ').trim(),
  };
};

/** The namesake whose role these pods lack: the only other account of its name, in a namespace without pods or in `default`. */
const meantFor = (context: WhyContext): ServiceAccount | undefined => {
  const { kubernetes } = context.snapshot;
  if (kubernetes.status === 'unavailable') return undefined;
  return unusedNamesakes(context).find(one =>
    namesakePods(one, kubernetes.value).some(pod => context.pods.includes(pod)),
  );
};

/** The change of the trust policy, if one is needed; `left`: the part of it that a person does. */
const trustStep = (
  { facts, issuer, target, accountName = '', audience }: WhyContext,
  roleArn: string,
): { readonly steps: readonly Step[]; readonly left: string } => {
  const subject = subjectOf(target.namespace, accountName);
  const byHand = { steps: [], left: `Its trust policy has to name ${subject}.` };
  if (issuer === undefined || !isOwn(roleArn, facts)) return byHand;
  const question = trustQuestion({ roleArn, issuer, subject }, facts);
  if (question.status !== 'ready') return byHand;
  if (question.ask(audience).decision === 'allow') return { steps: [], left: '' };
  const change = minimalGrant(question.policy, question.trustPolicy, question.request(audience));
  return change === undefined ? byHand : { steps: [change.step], left: '' };
};

/** The policy of a role of another account is that account's to change. */
const isOwn = (roleArn: string, { snapshot }: Facts): boolean => parseArn(roleArn)?.accountId === snapshot.accountId;
