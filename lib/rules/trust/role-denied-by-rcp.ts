import { audienceAsked, controlTextOf, type Facts, type RoleSubject } from '../../facts.ts';
import { type ControlPolicy, cleanIssuer, type Gap, isOwnProvider, type Undecided } from '../../model.ts';
import {
  accountText,
  all,
  any,
  compilePolicy,
  type Denial,
  denialOf,
  type Formula,
  hasSubject,
  holds,
  not,
  type Policy,
  subjectOf,
  subjectsOf,
  type ThreeValued,
  type TrustContext,
} from '../../policy.ts';
import { phrase } from '../../text.ts';
import { audiencesOfTokens } from '../access/asked-tokens.ts';
import { trustContextFor } from '../access/trust-context.ts';
import { defineRule, type Failure, failOrPass, failures, notApplicable, unknownKindOf } from '../prelude.ts';
import { kindOfDoubt } from './exposure/exposure.ts';
import { annotatedAccounts, inventoryOf } from './exposure/inventory.ts';
import { trustedEksPrincipals } from './statement/role-trust.ts';

const fail = failures({
  everybody: [
    'denied by an RCP',
    'The resource control policy {policies} denies role {role} to every service account that its trust policy allows of {issuer}',
  ],
  some: [
    'denied by an RCP',
    'The resource control policy {policies} denies role {role} to {serviceAccounts}, which its trust policy allows',
  ],
});

/** A policy of the organization goes before the trust policy, and nothing in the account shows it. */
export const roleDeniedByRcp = defineRule({
  id: 'role-denied-by-rcp',
  kind: 'role',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'No resource control policy denies a role to its service accounts',
  fault: 'A resource control policy denies the role to its service account',
  says: fail.says,
  needs: ['roles', 'control-policies'],
  why: 'A resource control policy (RCP) of the organization applies to the roles of its member accounts. One that trusts certain issuers only, or principals of the organization only, also denies sts:AssumeRoleWithWebIdentity to pods: their tokens have keys of their own issuer alone, and no aws:PrincipalOrgID. Read only with `resourceControlPolicies`, or `--control-policies` of scan.',
  fix: 'Have the administrator of the organization add the issuer to the policy, or take the role out of it. No change of the trust policy helps.',
  references: [
    'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html',
    'https://github.com/aws-samples/data-perimeter-policy-examples/tree/main/resource_control_policies',
    'docs/facts.md §A.9b',
  ],
  check: (subject, facts) => {
    const { policy } = subject;
    const principals = trustedEksPrincipals(subject, facts).filter(({ arn }) => isOwnProvider(arn, subject.role.arn));
    const section = facts.snapshot.controlPolicies;
    if (!policy.ok || principals.length === 0 || section.status === 'unavailable') return notApplicable;
    const issuers = [...new Set(principals.map(({ hostPath }) => cleanIssuer(hostPath)))];
    const found = issuers.map(issuer => ({
      issuer,
      denial: controlDenial(subject, policy.policy, issuer, section.value, facts),
    }));
    const missing: readonly (Undecided | undefined)[] = [
      unreadPolicies(facts),
      unreadablePolicy(section.value),
      ...found.map(({ denial }) => (denial.what === 'unknown' ? denial.missing : undefined)),
    ];
    return failOrPass(
      found.flatMap(({ issuer, denial }) => failureOf(subject, issuer, denial)),
      missing.find(reason => reason !== undefined),
    );
  },
});

const failureOf = (subject: RoleSubject, issuer: string, denial: ControlDenial): readonly Failure[] => {
  if (denial.what !== 'everybody' && denial.what !== 'some') return [];
  const policies = denial.by.map(({ name }) => name);
  const role = subject.role.name;
  const said =
    denial.what === 'everybody'
      ? fail.everybody({ policies, role, issuer })
      : fail.some({ policies, role, serviceAccounts: denial.serviceAccounts });
  return [
    said
      .discriminator(issuer)
      .pieces(
        ...denial.by.map(({ id, name, attachedTo }) => ({
          what: 'resource control policy',
          got: phrase('{name} ({id}), attached to {attachedTo}', { name, id, attachedTo }),
          readFrom: 'organizations:DescribePolicy',
        })),
      )
      .podError(
        'AccessDenied: User: anonymous is not authorized to perform: sts:AssumeRoleWithWebIdentity with an explicit deny in a resource control policy',
      )
      .place({ issuer: `https://${issuer}` })
      .fix(
        `Have the administrator of the organization change ${policies.join(' and ')}, so that it does not apply to tokens of ${issuer}.`,
        'Whether the organization trusts this issuer: its policy decides, and no change in this account helps.',
      ),
  ];
};

/** The denial to the tokens of one issuer. `everybody`: all that the trust policy allows. `some`: these service
 *  accounts, as `namespace/name`. */
type ControlDenial =
  | { readonly what: 'nothing' }
  | { readonly what: 'everybody'; readonly by: readonly ControlPolicy[] }
  | { readonly what: 'some'; readonly by: readonly ControlPolicy[]; readonly serviceAccounts: readonly string[] }
  | { readonly what: 'unknown'; readonly missing: Undecided };

/** One kind of token: what the trust policy allows, and what each control policy denies of it. */
interface Tokens {
  readonly context: TrustContext;
  readonly trust: ThreeValued;
  readonly denials: readonly (Denial & { readonly policy: ControlPolicy })[];
}

/** Why a policy decides nothing; undefined where its text is read. */
const unreadablePolicy = (policies: readonly ControlPolicy[]): Undecided | undefined => {
  const bad = policies.find(policy => controlTextOf(policy) === undefined);
  return bad && { kind: 'undocumented', missing: `the text of resource control policy ${bad.name} is no policy` };
};

/** The denial, by these policies, of tokens of an issuer (without scheme) that the role's trust policy allows. */
const controlDenial = (
  subject: RoleSubject,
  trust: Policy,
  issuer: string,
  policies: readonly ControlPolicy[],
  facts: Facts,
): ControlDenial => {
  const asked = audiencesOfTokens(issuer, [trust], subject.role, facts).map(({ audience }) => {
    const context = trustContextFor(subject, facts, issuer, audience);
    return { context, denials: denialsOf(policies, context) };
  });
  if (asked.every(({ denials }) => deniedBy(denials).possible === false)) return { what: 'nothing' };
  const tokens = asked
    .map(one => ({ ...one, trust: compilePolicy(trust, one.context) }))
    .filter(one => hasSubject(one.trust.possible, subject.hints) !== false);
  if (tokens.length === 0) return { what: 'nothing' };
  const left = tokens.map(one => hasSubject(all([one.trust, not(deniedBy(one.denials))]).possible, subject.hints));
  if (left.every(some => some === false)) return { what: 'everybody', by: denying(tokens, () => true) };
  const refused = refusedAccounts(subject, trust, issuer, tokens, facts);
  if (refused.length > 0) {
    const names = refused.map(one => accountText(one.subject));
    const by = denying(tokens, formula => refused.some(one => holds(formula, one.subject)));
    return { what: 'some', by, serviceAccounts: [...new Set(names)].sort() };
  }
  const open = tokens.find(one => isOpen(one, subject));
  if (open !== undefined) return { what: 'unknown', missing: doubtAbout(open, subject) };
  // Which service accounts have the role may be a choice not to ask: that is no doubt about a named one.
  const inventory = inventoryOf(issuer, facts);
  return inventory.status === 'unread' &&
    inventory.why.kind !== 'not-asked-for' &&
    tokens.some(one => mayBeDenied(one, subject))
    ? { what: 'unknown', missing: inventory.why }
    : { what: 'nothing' };
};

const denialsOf = (policies: readonly ControlPolicy[], context: TrustContext): Tokens['denials'] =>
  policies.flatMap(policy => {
    const text = controlTextOf(policy);
    return text === undefined ? [] : [{ policy, ...denialOf(text, context) }];
  });

const deniedBy = (denials: Tokens['denials']): ThreeValued => any(denials.map(({ truth }) => truth));

/** The policies that certainly deny something, as far as it is asked about. */
const denying = (tokens: readonly Tokens[], isMeant: (denied: Formula) => boolean): readonly ControlPolicy[] => [
  ...new Set(
    tokens.flatMap(({ denials }) =>
      denials.flatMap(({ policy, truth }) => (truth.certain !== false && isMeant(truth.certain) ? [policy] : [])),
    ),
  ),
];

/** Service accounts that the trust policy names exactly, and those whose annotation names the role: of these all that are
 *  certainly denied. */
const refusedAccounts = (
  subject: RoleSubject,
  trust: Policy,
  issuer: string,
  tokens: readonly Tokens[],
  facts: Facts,
): readonly { readonly subject: string }[] => {
  const annotated = annotatedAccounts(issuer, subject.role.arn, facts).map(({ namespace, name, annotations }) => ({
    subject: subjectOf(namespace, name),
    audience: audienceAsked(annotations),
  }));
  return tokens.flatMap(one => {
    const { audience } = one.context;
    const own = annotated.filter(each => each.audience === audience);
    // With another audience a named service account may still pass: only one audience tells.
    const named =
      tokens.length === 1
        ? subjectsOf(trust, one.context, subject.hints).subjects.map(name => ({ subject: name, audience }))
        : [];
    const denied = deniedBy(one.denials);
    return [...own, ...named].filter(
      each => holds(one.trust.certain, each.subject) && holds(denied.certain, each.subject),
    );
  });
};

/** Some of what the trust policy allows is denied, or may be. */
const mayBeDenied = ({ trust, denials }: Tokens, { hints }: RoleSubject): boolean =>
  hasSubject(all([trust, deniedBy(denials)]).possible, hints) !== false;

/** It depends on something unknown whether what the trust policy allows is denied. */
const isOpen = (one: Tokens, { hints }: RoleSubject): boolean => {
  const denied = deniedBy(one.denials);
  const doubtful: ThreeValued = { certain: denied.possible, possible: denied.possible };
  return (
    hasSubject(
      all([one.trust, doubtful, not({ certain: denied.certain, possible: denied.certain })]).possible,
      hints,
    ) !== false
  );
};

const doubtAbout = ({ denials }: Tokens, { role }: RoleSubject): Undecided => {
  const open = denials.find(({ doubts }) => doubts.length > 0);
  const [first] = open?.doubts ?? [];
  if (open === undefined || first === undefined)
    return { kind: 'budget', missing: 'whether a resource control policy denies its service accounts' };
  const kind = kindOfDoubt(
    open.doubts.map(({ reason }) => reason),
    role,
  );
  return { kind, missing: `resource control policy ${open.policy.name}: ${first.because}` };
};

/** The unread part of the policies. */
const unreadPolicies = ({ snapshot: { controlPolicies } }: Facts): Undecided | undefined => {
  const [gap] = controlPolicies.status === 'partial' ? controlPolicies.gaps : [];
  return gap && gapAsReason(gap);
};

const gapAsReason = ({ what, reason }: Gap): Undecided => ({
  kind: unknownKindOf(reason),
  missing: `${what}: ${reason.operation}: ${reason.message}`,
});
