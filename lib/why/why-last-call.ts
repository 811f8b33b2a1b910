/** The last call for the role that CloudTrail saw of this service account. No call is no proof of anything
 *  (docs/facts.md §0.9). */

import { readFailuresOf } from '../model/collected.ts';
import { type AssumeEvents, type AssumeFailure, eventsOf } from '../model/runtime.ts';
import { subjectOf } from '../policy/decide/request.ts';
import { compareText } from '../text/compare-text.ts';
import type { WhyContext } from './why-context.ts';
import { inWords, type Reading, type WhyCause } from './why-reading.ts';

/** The reading of the step. */
export const lastCall = (context: WhyContext): Reading => {
  const { facts, roleArn, target, accountName = '' } = context;
  const { runtime } = facts.snapshot;
  if (runtime.status === 'unavailable')
    return runtime.reason.kind === 'not-asked-for'
      ? { unread: 'CloudTrail was not read: --cloud-trail reads it', optional: true }
      : { unread: inWords(runtime.reason) };
  const subject = subjectOf(target.namespace, accountName);
  const events = eventsOf(runtime).filter(event => event.roleArn === roleArn && event.subject === subject);
  const last = events
    .map(({ lastAt }) => lastAt)
    .sort(compareText)
    .at(-1);
  const [gap] = readFailuresOf(runtime);
  if (last === undefined)
    return {
      unread: gap === undefined ? `no call since ${runtime.value.from}, which proves nothing` : inWords(gap),
      ...(gap === undefined ? { optional: true } : {}),
    };
  const failure = lastFailure(events);
  if (failure === undefined || failure.lastAt < last) return { seen: `${last}: credentials were given` };
  return { seen: `${last}: refused, ${failure.errorCode}`, fault: refused(context, subject, failure, events) };
};

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
