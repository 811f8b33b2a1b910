/**
 * Which services roles never called, by the report of IAM on each: two calls a role, and one more for each look at a report
 * that is not ready. One deadline for all roles of the account.
 */
import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import * as z from 'zod';
import { worthAsking } from '../../facts.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import {
  type Collected,
  complete,
  type Gap,
  providerHostPath,
  type ReadFailure,
  type Role,
  type ServiceUse,
  type ServiceUses,
  unavailable,
  withGaps,
} from '../../model.ts';
import { publicIssuerOf, trustPolicyOf, trustsPodIdentity } from '../../policy.ts';
import { principalsTrusted } from '../../reach/account-roles.ts';
import { counted, given, oneLine } from '../../text.ts';
import type { Clock } from '../clock.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldName, worldText } from '../world-text.ts';

const generate = 'iam:GenerateServiceLastAccessedDetails';
const get = 'iam:GetServiceLastAccessedDetails';

/** Reports under way at a time; IAM does not publish the rate that it allows. */
const atOnce = 4;
/** All roles of an account together may take so long, and one report, milliseconds. */
const [longest, longestOne] = [180_000, 60_000];
/** Days for which the report of an earlier run stands where there was no time for a new one. */
const keptDays = 30;
/** Between two looks at a report that is not ready, milliseconds: the last one again and again. */
const pauses = [1_000, 2_000, 4_000, 8_000];
/** AWS has some 450 services; a page has at most 1,000. */
const maxPages = 5;

/** How reports are asked for. `days`: a role that is newer, or was not used so long, is not asked about. */
export interface ServiceUseReading {
  /** The instant of the run, ISO 8601. */
  readonly now: string;
  readonly days: number;
  readonly clock: Clock;
  /** The reports of earlier runs, by the ARN of the role. */
  readonly earlier?: Readonly<Record<string, ServiceUse>> | undefined;
}

/** The reports on the roles that pods can assume. Those without a report, and then those with the oldest, are asked about
 *  first, so that each of them has its turn; a report of an earlier run stands until then. Never throws for what AWS refuses.
 *  After a refusal or a throttled call no further role is asked about: the answer would be the same. */
export const readServiceUse = async (
  iam: IAMClient,
  roles: Collected<readonly Role[]>,
  { now, days, clock, earlier = {} }: ServiceUseReading,
): Promise<Collected<ServiceUses>> => {
  if (roles.status === 'unavailable') return roles;
  const madeAt = ({ arn }: Role): string => earlier[arn]?.at ?? '';
  const wanted = roles.value
    .filter(role => isOfPods(role) && worthAsking(role, now, days).verdict === 'ask')
    .sort((a, b) => (madeAt(a) < madeAt(b) ? -1 : Number(madeAt(a) > madeAt(b))));
  const asking: Asking = { iam, clock, until: clock.now() + longest, stopped: undefined };
  const oldest = new Date(Date.parse(now) - keptDays * 86_400_000).toISOString();
  const orKept = (arn: string, use: Collected<ServiceUse>): Collected<ServiceUse> => {
    const kept = earlier[arn];
    return use.status === 'unavailable' && lackOfTime.has(use.reason.kind) && kept !== undefined && kept.at > oldest
      ? complete(kept)
      : use;
  };
  const read = await inParallel(
    wanted,
    atOnce,
    async ({ arn }) => [arn, orKept(arn, await readOne(arn, asking))] as const,
  );
  const failures = read.flatMap(([arn, use]) => (use.status === 'unavailable' ? [{ arn, reason: use.reason }] : []));
  const [first] = failures;
  if (first !== undefined && failures.length === read.length) return unavailable(first.reason);
  return withGaps(Object.fromEntries(read), [...(roles.status === 'partial' ? roles.gaps : []), ...gapsOf(failures)]);
};

const lackOfTime: ReadonlySet<ReadFailure['kind']> = new Set(['timed-out', 'throttled']);

/** One gap for each cause: a thousand roles may fail for the same one. */
const gapsOf = (failures: readonly { readonly arn: string; readonly reason: ReadFailure }[]): readonly Gap[] =>
  [...Map.groupBy(failures, ({ reason }) => `${reason.operation} ${reason.kind}`).values()].flatMap(group => {
    const [first] = group;
    if (first === undefined) return [];
    const more = group.length === 1 ? '' : ` and ${counted(group.length - 1, 'more role')}`;
    return [{ what: `use of services by ${first.arn}${more}`, reason: first.reason }];
  });

/** A role that pods may assume: not one that trusts public issuers alone. */
const isOfPods = (role: Role): boolean =>
  trustsPodIdentity(trustPolicyOf(role)) ||
  principalsTrusted(role, 'Federated').some(arn => {
    const host = providerHostPath(arn);
    return host !== undefined && publicIssuerOf(host) === undefined;
  });

interface Asking {
  readonly iam: IAMClient;
  readonly clock: Clock;
  /** On the clock, milliseconds. */
  readonly until: number;
  /** Why nothing more is asked. */
  stopped: ReadFailure | undefined;
}

const jobAnswer = z.object({ JobId: requiredText });
const reportAnswer = z.object({
  JobStatus: z.enum(['IN_PROGRESS', 'COMPLETED', 'FAILED']),
  JobCompletionDate: z.date().optional(),
  ServicesLastAccessed: z
    .array(z.object({ ServiceNamespace: worldName, LastAuthenticated: z.date().optional() }))
    .default([]),
  IsTruncated: z.boolean().default(false),
  Marker: z.string().min(1).optional(),
  Error: z.object({ Message: worldText.default(''), Code: worldText.default('') }).optional(),
});
type ReportPage = z.output<typeof reportAnswer>;

const tooLate: ReadFailure = {
  kind: 'timed-out',
  operation: get,
  message: `the reports on the roles of the account were not ready within ${longest / 1000} seconds`,
};

const readOne = async (roleArn: string, asking: Asking): Promise<Collected<ServiceUse>> => {
  if (asking.stopped !== undefined) return unavailable(asking.stopped);
  if (asking.clock.now() >= asking.until) return unavailable(tooLate);
  const job = await attempt(asking, generate, () =>
    asking.iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn: roleArn })),
  );
  if (job.status === 'unavailable') return job;
  const parsed = jobAnswer.safeParse(job.value);
  if (!parsed.success) return unavailable(invalidAnswer(generate, 'the answer has no JobId'));
  const { JobId } = parsed.data;
  const until = Math.min(asking.until, asking.clock.now() + longestOne);
  for (let look = 0; ; look++) {
    const first = await readPage(asking, JobId, undefined);
    if (first.status === 'unavailable') return first;
    if (first.value.JobStatus === 'FAILED') return unavailable(failureOf(first.value));
    if (first.value.JobStatus === 'COMPLETED') return readWhole(asking, JobId, first.value);
    const pause = pauses[look] ?? pauses.at(-1) ?? 0;
    if (asking.clock.now() + pause >= until) return unavailable(tooLate);
    await asking.clock.sleep(pause);
  }
};

const failureOf = ({ Error: error }: ReportPage): ReadFailure =>
  invalidAnswer(
    get,
    `the report failed: ${oneLine([error?.Code, error?.Message].filter(Boolean).join(': ')) || 'IAM gives no reason'}`,
  );

const readWhole = async (asking: Asking, jobId: string, first: ReportPage): Promise<Collected<ServiceUse>> => {
  const { JobCompletionDate: made } = first;
  if (made === undefined) return unavailable(invalidAnswer(get, 'the report is complete and has no date'));
  const services = [...first.ServicesLastAccessed];
  let page = first;
  for (let number = 2; page.IsTruncated; number++) {
    if (page.Marker === undefined || number > maxPages)
      return unavailable(invalidAnswer(get, 'more services are said to follow, without an end'));
    const next = await readPage(asking, jobId, page.Marker);
    if (next.status === 'unavailable') return next;
    page = next.value;
    services.push(...page.ServicesLastAccessed);
  }
  const used = new Set(services.filter(one => one.LastAuthenticated).map(({ ServiceNamespace }) => ServiceNamespace));
  const all = new Set(services.map(({ ServiceNamespace }) => ServiceNamespace));
  return complete({
    at: made.toISOString(),
    services: all.size,
    unused: [...all].filter(name => !used.has(name)).sort(),
  });
};

const readPage = async (asking: Asking, JobId: string, marker: string | undefined): Promise<Collected<ReportPage>> => {
  const answer = await attempt(asking, get, () =>
    asking.iam.send(new GetServiceLastAccessedDetailsCommand({ JobId, MaxItems: 1000, ...given({ Marker: marker }) })),
  );
  if (answer.status === 'unavailable') return answer;
  const page = reportAnswer.safeParse(answer.value);
  return page.success ? complete(page.data) : unavailable(invalidAnswer(get, 'the answer is no report'));
};

const attempt = async <T>(asking: Asking, operation: string, call: () => Promise<T>): Promise<Collected<T>> => {
  try {
    return complete(await call());
  } catch (error) {
    const reason = readFailureFromError(error, operation);
    if (reason.kind === 'denied' || reason.kind === 'throttled') asking.stopped ??= reason;
    return unavailable(reason);
  }
};
