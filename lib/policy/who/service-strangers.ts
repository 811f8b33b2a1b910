/**
 * Services of AWS that act for accounts outside of the zone of trust. A role is passed to a service within its own account
 * alone (IAM User Guide, "Grant a user permissions to pass a role to an AWS service"), so that a service without a test is for
 * the own one; a policy that tests whose resources a service calls for may name others (docs/facts.md §F.4).
 */
import { actionTruth } from '../decide/action.ts';
import { noIssuer } from '../decide/default-context.ts';
import { environmentOf } from '../decide/environment.ts';
import { literalGlob } from '../decide/glob.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import type { ConditionTest, Policy, PrincipalEntry, Statement } from '../parse/policy.ts';
import { namesInTests, ownOrganizations } from './account-strangers.ts';
import { accountsApart, organizationId, organizationPath, resourceArns, under } from './aws-caller.ts';
import type { Budget } from './budget.ts';
import { grantOf } from './grant.ts';
import type { KeyChoice } from './key-choice.ts';
import { serviceCaller } from './other-callers.ts';
import { podIdentityService } from './pod-identity.ts';
import {
  type FoundStranger,
  requestOf,
  type StrangersContext,
  strangersWorstFirst,
  testsBeside,
  verdictOf,
} from './stranger.ts';
import { isOwnIn, type Zone } from './zone.ts';

/** Services have no names with wildcards: what such a principal stands for is not documented. */
export const isWildcard = (principal: string): boolean => /[*?]/.test(principal);

/** Why it is not known whether a wildcard stands for a service. */
export const servicesUnknown = (principal: string): string =>
  `whether "${principal}" stands for services of AWS is not documented`;

/** The services of one statement that may act for strangers. */
export const servicesIn = (
  statement: Statement,
  policy: Policy,
  context: StrangersContext,
  budget: Budget,
): readonly FoundStranger[] => {
  if (actionTruth(statement, 'sts:AssumeRole').possible === false) return [];
  const tests = testsBeside(statement, policy);
  return principalsOf(statement)
    .filter(
      ({ type, value: { text } }) =>
        tests.some(isWildcard(text) ? isOfServices : isOfSources) || isAnyService(type, text),
    )
    .flatMap(entry => strangersWorstFirst(actingFor(entry, statement, policy, context, budget)));
};

/** A test of whose resources a service calls for. */
const isOfSources = ({ key }: ConditionTest): boolean => /^aws:source(?:account|arn|orgid|orgpaths)$/i.test(key.text);

/** A test that tells calls of services from others, or looks for calls that no principal signs. */
const isOfServices = (test: ConditionTest): boolean =>
  isOfSources(test) ||
  /^aws:(?:principalservicename(?:slist)?|principalisawsservice)$/i.test(test.key.text) ||
  (/^null$/i.test(test.operator) && /^aws:principal/i.test(test.key.text));

const isAnyService = (type: string, text: string): boolean => type === 'Service' && isWildcard(text);

type Entry = Pick<PrincipalEntry, 'type' | 'value'>;

/** Services, and everyone. Pods of EKS Pod Identity have a role of their cluster's account (docs/facts.md §H.2). */
const principalsOf = ({ principal, notPrincipal }: Statement): readonly Entry[] => {
  const everyone = notPrincipal ?? (principal?.kind === 'everyone' ? principal : undefined);
  if (everyone) return [{ type: 'AWS', value: { text: '*', at: everyone.at } }];
  return (principal?.kind === 'typed' ? principal.entries : []).filter(({ type, value: { text } }) =>
    type === 'Service' ? text !== podIdentityService : type === 'AWS' && text === '*',
  );
};

const actingFor = (
  { type, value: { text: principal, at } }: Entry,
  statement: Statement,
  policy: Policy,
  context: StrangersContext,
  budget: Budget,
): readonly FoundStranger[] => {
  const { zone } = context;
  const env = environmentOf(requestOf(context, noIssuer), policy);
  const names = namesInTests(policy);
  const written = new Set(policy.statements.flatMap(one => one.conditions.flatMap(valuesOf)));
  return accountsApart(policy, isOwnIn(zone, env), env, budget, 'source')
    .slice(0, maxAccounts)
    .flatMap(account =>
      ownOrganizations({ policy, zone, budget }).flatMap((own): readonly FoundStranger[] => {
        const source = (key: string): KeyChoice | undefined =>
          key === 'aws:sourcearn'
            ? {
                kind: 'text',
                grammars: [[account], []].flatMap(id => resourceArns(id, env)),
                optional: false,
                // Of a bucket that the policy writes out its ARN does not tell the account.
                taken: arn => (written.has(arn) && arn.split(':')[4] === '' ? literalGlob(arn) : undefined),
              }
            : choiceOf(key, account, own, zone);
        const grant = grantOf(statement, policy, serviceCaller(principal, source), env, budget);
        if (verdictOf(grant) === 'closed') return [];
        const isAnyone = !names.has(account);
        const service = isWildcard(principal) ? 'a service of AWS' : principal;
        const whose = isAnyone ? 'any AWS account' : `account ${account}`;
        const found = { principal, at, verdict: 'may-be', isAnyone, witness: `${whose}, by ${service}` } as const;
        const kind = type === 'AWS' ? 'account' : 'service';
        return [
          isAnyone && isWildcard(principal)
            ? { ...found, kind, because: servicesUnknown(principal) }
            : {
                ...found,
                kind,
                isUnread: true,
                because: `whether ${service} assumes it for resources of ${whose} is not known`,
              },
        ];
      }),
    );
};

const valuesOf = ({ values }: ConditionTest): readonly string[] => values.map(({ text }) => text);

/** Accounts that are tried at most: a policy names a few. */
const maxAccounts = 40;

const one = (value: string | null): KeyChoice => {
  const fact: KeyFact = value === null ? { present: 'no', because: 'its account has none' } : presentAs(value);
  return { kind: 'facts', facts: [fact] };
};

const presentAs = (value: string): KeyFact => ({ present: 'yes', value, because: 'the service sends it' });

/** The keys of a call for a resource of an account that is not trusted; the role's account has the organization `own`. */
const choiceOf = (
  key: string,
  account: string,
  own: string | null | undefined,
  { organizations }: Zone,
): KeyChoice | undefined => {
  const isOther = (id: string): boolean => id !== own && organizations?.has(id) !== true;
  switch (key) {
    case 'aws:sourceaccount':
      return one(account);
    case 'aws:sourceorgid':
      return {
        kind: 'text',
        grammars: [organizationId],
        optional: true,
        taken: id => (isOther(id) ? undefined : literalGlob(id)),
      };
    case 'aws:sourceorgpaths':
      return {
        kind: 'text',
        grammars: [organizationPath],
        optional: true,
        taken: path => under(path, '/', id => !isOther(id)),
      };
    case 'aws:resourceorgid':
      return own === undefined ? undefined : one(own);
    default:
      return undefined;
  }
};
