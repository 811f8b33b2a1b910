/**
 * Decides a request by the policies that were deployed, as IAM's documented evaluation logic does: an implementation of it that
 * the project did not write (@cloud-copilot/iam-simulate). Sources: IAM User Guide, "Policy evaluation logic" and "AWS
 * global condition context keys".
 */
import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Document, Policies } from './policies.ts';

/** Who asks: a session of a role, a service on its own behalf, or a person who may do everything in an account. */
export type Principal =
  | { readonly kind: 'session'; readonly roleArn: string; readonly session: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'person'; readonly accountId: string; readonly partition: string };

/** One question to IAM. `context` are keys beside those of every request. */
export interface Question {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The region that was asked; absent where a service acts by itself. */
  readonly region?: string;
  /** The account of a resource whose ARN names none; the caller's if absent. */
  readonly resourceAccount?: string;
}

/** Control policies above an account, from the root down to the account. */
export interface Controls {
  readonly service: Simulation['serviceControlPolicies'];
  readonly resource: Simulation['resourceControlPolicies'];
}

/** All that a decision depends on beside the question. */
export interface Law {
  readonly policies: Policies;
  /** By account. */
  readonly controls?: ReadonlyMap<string, Controls>;
  readonly organizationId?: string;
  /** Where requests that name no account belong to. */
  readonly home: { readonly accountId: string };
  /** Milliseconds since 1970; the machine's clock if absent. */
  readonly now?: () => number;
}

/** A question that the simulator could not take: a fault of the door, never a refusal. */
class QuestionInvalid extends Error {
  override readonly name = 'QuestionInvalid';
  readonly code = 'question-invalid';
}

/** `ExplicitlyDenied`: a statement denies it; `ImplicitlyDenied`: none allows it. */
export type Verdict = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

const everything: Document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** The ARN of a principal as a request has it. */
export const principalArn = (principal: Principal): string => {
  if (principal.kind === 'service') return principal.service;
  if (principal.kind === 'person') return `arn:${principal.partition}:iam::${principal.accountId}:user/sandbox`;
  const [, partition = '', , , accountId = '', resource = ''] = principal.roleArn.split(':');
  return `arn:${partition}:sts::${accountId}:assumed-role/${resource.replace(/^.*\//, '')}/${principal.session}`;
};

const accountIn = (arn: string): string | undefined => /^\d{12}$/.exec(arn.split(':')[4] ?? '')?.[0];

/** Keys of every request (IAM User Guide, "AWS global condition context keys"); the roles of a session have no path here. */
const commonContext = (
  { principal, action, resource, region }: Question,
  { organizationId, home, now = Date.now }: Law,
) => {
  const account = principal.kind === 'service' ? home.accountId : accountIn(principalArn(principal));
  const ofOrganization = organizationId === undefined ? {} : { 'aws:PrincipalOrgID': organizationId };
  return {
    'aws:SecureTransport': 'true',
    'aws:CurrentTime': new Date(now()).toISOString(),
    ...(resource.split(':')[2] === 's3' ? { 's3:TlsVersion': '1.3' } : {}),
    ...(region === undefined ? {} : { 'aws:RequestedRegion': region }),
    ...(principal.kind === 'service'
      ? { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': principal.service }
      : {
          'aws:PrincipalIsAWSService': 'false',
          'aws:PrincipalAccount': account ?? '',
          ...(action.startsWith('kms:') ? { 'kms:CallerAccount': account ?? '' } : {}),
          'aws:PrincipalArn': principal.kind === 'session' ? principal.roleArn : principalArn(principal),
          'aws:PrincipalType': principal.kind === 'session' ? 'AssumedRole' : 'User',
          ...ofOrganization,
        }),
  };
};

/** The resource whose policy counts for a request: of an object its bucket, of a version of a function the function. */
const policyOwner = (resource: string): string => {
  const [, partition = '', service = '', , , ...rest] = resource.split(':');
  if (service === 's3') return `arn:${partition}:s3:::${(rest[0] ?? '').split('/')[0]}`;
  return service === 'lambda' ? resource.replace(/(:function:[^:]+):[^:]+$/, '$1') : resource;
};

const identityOf = (principal: Principal, { identity }: Policies) => {
  if (principal.kind === 'person') return [{ name: 'administrator', policy: everything }];
  return principal.kind === 'session' ? [...(identity.get(principal.roleArn) ?? [])] : [];
};

/** A decision; `because` is the end of the refusal in IAM's words (IAM User Guide, "Troubleshoot access denied error messages"). */
interface Decision {
  readonly verdict: Verdict;
  readonly because?: string;
}

/** The kinds of policies as a refusal names them, in the order in which it looks for one that denies. */
const kinds = [
  ['scpAnalysis', 'service control policy'],
  ['rcpAnalysis', 'resource control policy'],
  ['resourceAnalysis', 'resource-based policy'],
  ['permissionBoundaryAnalysis', 'permissions boundary'],
  ['identityAnalysis', 'identity-based policy'],
] as const;

type Analysis = Readonly<Partial<Record<(typeof kinds)[number][0], { readonly result: string } | undefined>>>;

const becauseOf = (action: string, analysis: Analysis): string => {
  const denied = kinds.find(([key]) => analysis[key]?.result === 'ExplicitlyDenied');
  if (denied !== undefined) return `with an explicit deny in a ${denied[1]}`;
  const silent = kinds.find(([key]) => key !== 'resourceAnalysis' && analysis[key]?.result === 'ImplicitlyDenied');
  return `because no ${silent?.[1] ?? 'identity-based policy'} allows the ${action} action`;
};

/** Decides, without the reason. */
export const judge = async (law: Law, question: Question): Promise<Verdict> => (await decide(law, question)).verdict;

/** Decisions by the policies that made them: a run asks most of its questions again, and one takes milliseconds. Policies whose answer
 *  hangs on the time have none. */
const decided = new WeakMap<Policies, Map<string, Promise<Decision>> | 'timed'>();
const timeKeys = /aws:(?:CurrentTime|EpochTime)/i;

/** Decides. Throws `QuestionInvalid` where the simulator does not know the action, the resource or a key. */
export const decide = (law: Law, question: Question): Promise<Decision> => {
  const { policies, controls = new Map<string, Controls>(), organizationId = '' } = law;
  const kept =
    decided.get(policies) ??
    (timeKeys.test(
      JSON.stringify([policies.identity, policies.resource, policies.boundary ?? []].map(each => [...each])),
    )
      ? 'timed'
      : new Map());
  decided.set(policies, kept);
  if (kept === 'timed' || controls.size > 0) return simulated(law, question);
  const key = JSON.stringify([question, organizationId, law.home.accountId]);
  const known = kept.get(key) ?? simulated(law, question);
  kept.set(key, known);
  return known;
};

const simulated = async (law: Law, question: Question): Promise<Decision> => {
  const { principal, action, resource } = question;
  const caller = principal.kind === 'service' ? law.home.accountId : (accountIn(principalArn(principal)) ?? '');
  const owner = question.resourceAccount ?? accountIn(resource) ?? caller;
  const boundary = principal.kind === 'session' ? law.policies.boundary?.get(principal.roleArn) : undefined;
  const resourcePolicy =
    law.policies.resource.get(resource) ?? law.policies.resource.get(policyOwner(resource)) ?? undefined;
  const answer = await runSimulation(
    {
      request: {
        principal: principalArn(principal),
        action,
        resource: { resource, accountId: owner },
        contextVariables: Object.fromEntries(
          Object.entries({ ...commonContext(question, law), ...question.context }).map(([key, value]) => [
            key,
            typeof value === 'string' ? value : [...value],
          ]),
        ),
      },
      identityPolicies: identityOf(principal, law.policies),
      serviceControlPolicies: principal.kind === 'service' ? [] : (law.controls?.get(caller)?.service ?? []),
      resourceControlPolicies: law.controls?.get(owner)?.resource ?? [],
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
      ...(boundary === undefined ? {} : { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }] }),
    },
    {},
  );
  if (answer.resultType === 'error')
    throw new QuestionInvalid(`${action} on ${resource} cannot be judged: ${JSON.stringify(answer.errors)}`);
  const verdict = answer.overallResult;
  if (verdict === 'Allowed') return { verdict };
  const analysis = answer.resultType === 'single' ? answer.result.analysis : answer.results[0]?.analysis;
  return { verdict, because: becauseOf(action, analysis ?? {}) };
};
