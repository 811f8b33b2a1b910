/** The last call for the role that CloudTrail saw of this service account. No call is no proof of anything
 *  (docs/facts.md §0.9). */

import { hasPodIdentityAlone, roleOfContainer, wouldBeKnown } from '../facts.ts';
import { type AssumeEvents, type AssumeFailure, assumeEventsOf, type Pod, readFailuresOf } from '../model.ts';
import { subjectOf } from '../policy.ts';
import { compareText } from '../text.ts';
import type { WhyContext } from './why-context.ts';
import { inWords, type StepReading, type WhyCause } from './why-reading.ts';

/** The reading of the step. Where no call is known, a doubt on the way to STS is told in its place. */
export const lastCall = (context: WhyContext): StepReading => {
  const reading = callOf(context);
  const doubt = reading.optional === true ? doubtOnWay(context) : undefined;
  return doubt === undefined ? reading : { unread: doubt };
};

/** The reason why it is not known whether policies let the pod out. */
const doubtOnWay = ({ verdictsOf }: WhyContext): string | undefined =>
  verdictsOf('pod-egress-closed')
    .flatMap(({ verdict }) => (verdict.outcome === 'unknown' ? [verdict.missing] : []))
    .find(({ kind }) => kind === 'ambiguous')?.missing;

const callOf = (context: WhyContext): StepReading => {
  const { facts, roleArn, target, accountName = '' } = context;
  const { runtime } = facts.snapshot;
  if (runtime.status === 'unavailable')
    return runtime.reason.kind === 'not-asked-for' ? lastUseOf(context) : { unread: inWords(runtime.reason) };
  const subject = subjectOf(target.namespace, accountName);
  const events = assumeEventsOf(runtime).filter(event => event.roleArn === roleArn && event.subject === subject);
  const last = events
    .map(({ lastAt }) => lastAt)
    .sort(compareText)
    .at(-1);
  const [gap] = readFailuresOf(runtime);
  if (last === undefined) {
    if (gap !== undefined) return { unread: inWords(gap) };
    const never = neverUsedByOldPods(context);
    return never ?? { unread: `no call since ${runtime.value.from}, which proves nothing`, optional: true };
  }
  const failure = lastFailure(events);
  if (failure === undefined || failure.lastAt < last) return { seen: `${last}: credentials were given` };
  return { seen: `${last}: refused, ${failure.errorCode}`, fault: refused(context, subject, failure, events) };
};

/** The reading of the step for pods whose role comes by Pod Identity: CloudTrail names no service account in its calls. */
export const lastUseByPodIdentity = (context: WhyContext): StepReading => {
  const { lastUse } = context;
  if (lastUse?.status !== 'complete') return { unread: 'IRSA is not used' };
  if (lastUse.value !== undefined)
    return { unread: `IRSA is not used; somebody used the role on ${lastUse.value.slice(0, 10)}`, optional: true };
  const [first] = oldPods(context, hasPodIdentityAlone);
  return first === undefined
    ? { unread: 'the role was never used so far', optional: true }
    : { unread: neverUsed(first) };
};

/** A role that pods have had for long and that was never used, by anyone, is not the role that they act with. Undefined where
 *  IAM does not say that. */
const neverUsedByOldPods = (context: WhyContext): StepReading | undefined => {
  const { lastUse } = context;
  if (lastUse?.status !== 'complete' || lastUse.value !== undefined) return undefined;
  const [first] = oldPods(context, ({ containers }) =>
    containers.some(container => roleOfContainer(container) !== undefined),
  );
  return first && { unread: neverUsed(first) };
};

/** Without CloudTrail: what IAM says of the role, whoever used it. */
const lastUseOf = (context: WhyContext): StepReading => {
  const { lastUse } = context;
  const unasked = 'CloudTrail was not read: --cloud-trail reads it';
  if (lastUse?.status !== 'complete') return { unread: unasked, optional: true };
  if (lastUse.value !== undefined)
    return { unread: `${unasked}; somebody used the role on ${lastUse.value.slice(0, 10)}`, optional: true };
  return neverUsedByOldPods(context) ?? { unread: `${unasked}; the role was never used so far`, optional: true };
};

/** Pods that have the role for so long that IAM would know of a use. */
const oldPods = ({ pods, facts }: WhyContext, hasRole: (pod: Pod) => boolean): readonly Pod[] =>
  pods.filter(pod => hasRole(pod) && wouldBeKnown(pod.createdAt, facts.now));

const neverUsed = ({ name, createdAt = '' }: Pod): string =>
  `the role was never used, though ${name} has it since ${createdAt.slice(0, 10)}: its SDK is too old or takes other credentials first, it does not get an answer, or it calls no AWS API`;

const lastFailure = (events: readonly AssumeEvents[]): AssumeFailure | undefined =>
  events
    .flatMap(({ failures }) => failures)
    .toSorted((a, b) => compareText(a.lastAt, b.lastAt))
    .at(-1);

/** The finding of the audit on this caller's calls, else what CloudTrail says. */
const refused = (
  { findings }: WhyContext,
  subject: string,
  failure: AssumeFailure,
  events: readonly AssumeEvents[],
): WhyCause => {
  const found = findings.find(
    ({ ruleId, discriminator }) => ruleId === 'runtime-assume-failing' && discriminator === subject,
  );
  const region = events.find(({ failures }) => failures.includes(failure))?.region ?? '';
  return (
    found ?? {
      message: `the last call was refused: ${failure.errorCode}`,
      evidence: [
        {
          what: 'error',
          got: failure.errorMessage || failure.errorCode,
          readFrom: `cloudtrail:LookupEvents in ${region}`,
        },
      ],
      fix: { summary: 'Fix the steps before; with none failed, read the event in CloudTrail.', commands: [] },
    }
  );
};
