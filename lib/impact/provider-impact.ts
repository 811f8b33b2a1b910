/** The damage if an IAM OIDC provider is deleted. */

import { type Facts, isEksHost } from '../facts.ts';
import { deleteProvider } from '../fixes/aws-steps.ts';
import { posixCommands } from '../fixes/render-step.ts';
import {
  assumeEventsOf,
  managedInWords,
  managerByTags,
  type Provider,
  providerHostPath,
  type Role,
  stripScheme,
  valueOr,
} from '../model.ts';
import { defaultAudience, isForAnyone, mayCover, trustPolicyOf } from '../policy.ts';
import { rolesTrusting } from '../rules/oidc/issuer-users.ts';
import { counted, listed } from '../text.ts';
import { answerOf, type Dependence, type ImpactAnswer, type ImpactDoubt, noDependence, together } from './impact.ts';
import { lossOf } from './losses.ts';
import { isLike, placesIn, placesOfIssuer, roleDoubts, spelledOtherwiseDoubts } from './places.ts';
import { lastUseDoubts, webIdentityUse } from './web-identity-use.ts';

/** The answer for one provider of the account of `facts`. */
export const providerImpact = (provider: Provider, facts: Facts, all: readonly Facts[]): ImpactAnswer => {
  const issuer = providerHostPath(provider.arn) ?? '';
  const roles = rolesTrusting(provider.arn, facts);
  const losses = roles.flatMap(role => lossOf(role, facts, issuer) ?? []);
  const isAlive = placesOfIssuer(issuer, all).length > 0;
  const losing = new Set(isAlive ? losses.map(({ roleArn }) => roleArn) : []);
  const read = together(
    ...roles.map(role => webIdentityUse(role, facts, all, { issuer })),
    callsThrough(provider.arn, roles, facts),
    {
      users: [],
      doubts: [
        ...roleDoubts(facts),
        ...anyoneDoubts(facts),
        ...otherConsumers(provider, issuer),
        ...spelledOtherwiseDoubts(provider.arn, facts),
        ...likeIssuers(issuer, all),
      ],
    },
  );
  const lastUses = roles.filter(({ arn }) => losing.has(arn)).flatMap(role => lastUseDoubts(role, facts));
  const found = read.users.length > 0 ? read : together(read, { users: [], doubts: lastUses });
  const { accountId } = facts.snapshot;
  const answer = answerOf(found, closedBecause(issuer, roles, all));
  return {
    subject: { kind: 'provider', name: issuer, id: provider.arn, accountId },
    ...answer,
    losses,
    ...found,
    gains: [],
    first: firstSteps(provider, roles, answer.safeToDelete, all),
  };
};

/** Clusters whose issuer differs from it in letter case, port or slash alone. */
const likeIssuers = (issuer: string, all: readonly Facts[]): readonly ImpactDoubt[] =>
  placesIn(all)
    .map(({ snapshot: { cluster } }) => ({ name: cluster.name, other: stripScheme(cluster.issuer ?? '') }))
    .filter(({ other }) => other !== issuer && isLike(other, issuer))
    .map(({ name, other }) => ({
      what: `cluster ${name} has the issuer ${other}, which differs from it in letter case, port or slash alone`,
    }));

/** Calls of other roles that CloudTrail shows: a role that is gone, or one of a list that was not read wholly. */
const callsThrough = (arn: string, roles: readonly Role[], { snapshot }: Facts): Dependence => {
  const known = new Set(roles.map(role => role.arn));
  const calls = assumeEventsOf(snapshot.runtime).filter(
    one => one.providerArn === arn && one.successes > 0 && !known.has(one.roleArn),
  );
  return calls.length === 0
    ? noDependence
    : {
        users: calls.map(({ roleArn, successes, lastAt }) => ({
          what: `CloudTrail shows ${counted(successes, 'call')} through it that got ${roleArn}, the last at ${lastAt}`,
          roleArn,
          lastAt,
        })),
        doubts: [],
      };
};

/** Roles that may trust a provider though they do not name it. */
export const anyoneDoubts = ({ snapshot }: Facts): readonly ImpactDoubt[] => {
  const anyone = valueOr(snapshot.roles, []).filter(role => {
    const parsed = trustPolicyOf(role);
    return (
      parsed.ok && parsed.policy.statements.some(one => one.effect !== 'Deny' && isForAnyone(one) && mayCover(one))
    );
  });
  return anyone.length === 0
    ? []
    : [
        {
          what: `${listed(anyone.map(({ name }) => name))} ${anyone.length === 1 ? 'allows' : 'allow'} everyone sts:AssumeRoleWithWebIdentity: whether that covers each provider is not documented`,
        },
      ];
};

/** Amazon Cognito identity pools take IAM OIDC providers too, and are not read. Tokens of EKS that STS alone accepts do not serve there. */
const otherConsumers = ({ detail }: Provider, issuer: string): readonly ImpactDoubt[] => {
  const isForStsAlone =
    detail.status === 'complete' && detail.value.audiences.every(audience => audience === defaultAudience);
  return isEksHost(issuer) && isForStsAlone
    ? []
    : [
        {
          what: 'whether an Amazon Cognito identity pool names the provider is not read',
          how: 'aws cognito-identity list-identity-pools, and describe-identity-pool for each',
        },
      ];
};

const closedBecause = (issuer: string, roles: readonly Role[], all: readonly Facts[]): readonly string[] => {
  if (roles.length === 0) return ['no role of the account trusts it, and all roles were read'];
  const names = listed(roles.map(({ name }) => name));
  const places = placesOfIssuer(issuer, all);
  return places.length === 0
    ? [
        `its cluster is gone: no audited cluster has the issuer, and the issuer answers that it does not exist (still in the trust policy of ${names})`,
      ]
    : [
        `no service account and no pod of ${listed(places.map(({ snapshot }) => snapshot.cluster.name))} is one that ${names} trust through it; all were read`,
      ];
};

const firstSteps = (
  provider: Provider,
  roles: readonly Role[],
  answer: ImpactAnswer['safeToDelete'],
  all: readonly Facts[],
): readonly string[] => {
  const by = managerByTags(valueOr(provider.detail, undefined)?.tags ?? {});
  const managed = by === undefined ? [] : [managedInWords('The provider', by)];
  if (answer === 'yes') {
    const command = posixCommands([deleteProvider(provider)]).join(' ');
    const before = [
      ...(roles.length === 0 ? [] : [`Take it out of the trust policies of ${listed(roles.map(({ name }) => name))}.`]),
      ...managed,
    ];
    return [...before, before.length === 0 ? command : `Then: ${command}`];
  }
  const name = placesOfIssuer(providerHostPath(provider.arn) ?? '', all)[0]?.snapshot.cluster.name;
  return answer === 'no'
    ? [
        `Keep it while the cluster lives. If another cluster takes its place: irsa-auditor plan replace-cluster ${name ?? provider.arn} NEW`,
      ]
    : ['Read what is listed as not known, and ask again.'];
};
