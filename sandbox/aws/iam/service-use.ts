import { createHash } from 'node:crypto';
import { type World, type WorldRole, worldRoleArn } from '../../world/world.ts';
import { AwsFault, type Call, count, type Operations, optionalText, page, text } from '../operation.ts';

/** A report that was asked for. */
interface Job {
  readonly role: WorldRole;
  looks: number;
}

const jobs = new WeakMap<World, Map<string, Job>>();
const jobsOf = ({ world }: Call): Map<string, Job> => {
  const known = jobs.get(world) ?? new Map<string, Job>();
  jobs.set(world, known);
  return known;
};

const uuid = (seed: string): string => {
  const hash = createHash('sha256').update(seed).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
};

const created = { JobCreationDate: '2026-11-01T06:00:00Z' };
const finished = { ...created, JobCompletionDate: '2026-11-01T06:00:01Z' };

const report = (call: Call) => {
  const job = jobsOf(call).get(text(call, 'JobId'));
  if (job === undefined) throw new AwsFault('NoSuchEntity', 'The requested job does not exist.', 404);
  job.looks += 1;
  if (job.looks <= (call.world.reportLooks ?? 0)) return { JobStatus: 'IN_PROGRESS', ...created, IsTruncated: false };
  const { calledServices = {} } = job.role;
  if (calledServices === 'failed')
    return {
      JobStatus: 'FAILED',
      ...finished,
      ServicesLastAccessed: [],
      IsTruncated: false,
      Error: { Code: 'ServiceFailure', Message: 'The report could not be generated.' },
    };
  const all = Object.entries(calledServices).map(([namespace, at]) => ({
    ServiceName: namespace,
    ServiceNamespace: namespace,
    TotalAuthenticatedEntities: at === null ? 0 : 1,
    ...(at === null ? {} : { LastAuthenticated: at, LastAuthenticatedRegion: 'eu-west-1' }),
  }));
  const { shown, rest } = iamPage(call, all);
  return { JobStatus: 'COMPLETED', ...finished, ServicesLastAccessed: shown, ...rest };
};

const iamPage = <T>(call: Call, items: readonly T[]) => {
  const { items: shown, next } = page(items, count(call, 'MaxItems', 100, 1000), optionalText(call, 'Marker'));
  return { shown, rest: { IsTruncated: next !== undefined, Marker: next } };
};

/** IAM's reports of the services that a role last called (IAM API Reference, `GetServiceLastAccessedDetails`). */
export const useOperations: Operations = {
  GenerateServiceLastAccessedDetails: call => {
    const arn = text(call, 'Arn');
    const role = call.account.roles.find(one => worldRoleArn(call.account, one) === arn);
    if (role === undefined) throw new AwsFault('NoSuchEntity', `ARN ${arn} does not exist.`, 404);
    const known = jobsOf(call);
    const JobId = uuid(`${arn} ${known.size}`);
    known.set(JobId, { role, looks: 0 });
    return { JobId };
  },
  GetServiceLastAccessedDetails: report,
};
