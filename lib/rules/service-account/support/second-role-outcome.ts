/** Whether a second role allows whoever assumes it: the service account, its role, or the role before it in a chain. */

import {
  associationOf,
  associationsUnread,
  audienceAsked,
  doubtOf,
  type Facts,
  type SecondRole,
  type ServiceAccountSubject,
  serviceAccountNamed,
} from '../../../facts.ts';
import { parseArn, type ReadFailure, roleArnKey, type Undecided } from '../../../model.ts';
import { decide, mayCover, subjectOf, trustPolicyOf } from '../../../policy.ts';
import { statementsNaming } from '../../access/naming-statements.ts';
import type { NamedRole } from '../../access/role-by-arn.ts';
import { unknownKindOf } from '../../prelude.ts';
import { tokenIssuerOf } from './service-account-view.ts';

/** `noTags`: allowed, but not with the tags that the session has. `noRole`: there is no role to assume it with. `no-arn`: that role is
 *  none, which other rules tell. */
export type SecondRoleOutcome = 'allows' | 'refuses' | 'noTags' | 'noRole' | 'no-arn' | Undecided;

type Cluster = Pick<ServiceAccountSubject, 'snapshot' | 'kubernetes' | 'cluster'>;
type Account = SecondRole['accounts'][number];

/** The outcome for one service account. */
export const outcomeFor = (
  account: Account,
  second: SecondRole,
  target: NamedRole,
  cluster: Cluster,
  facts: Facts,
): SecondRoleOutcome => {
  const byToken = hasToken(account, second, cluster)
    ? tokenOutcome(account, second, target, cluster, facts)
    : 'refuses';
  if (second.by === 'token' || byToken === 'allows') return byToken;
  const byRole = roleOutcome(account, second, target, cluster);
  return typeof byToken === 'object' && byRole !== 'allows' ? byToken : byRole;
};

/** KEDA asks by web identity where the webhook gave its pods a token. */
const hasToken = ({ namespace, name }: Account, { by }: SecondRole, { kubernetes }: Cluster): boolean =>
  by === 'token' ||
  (by === 'either' && Boolean(serviceAccountNamed(kubernetes, namespace, name)?.annotations[roleArnKey]));

/** The role that assumes a second one: that before it in a chain, or that of the service account, and whether its session has tags.
 *  External Secrets takes the annotation of a service account that it is told, whatever Pod Identity gives. */
export const firstRoleOf = (
  { namespace, name }: Account,
  second: SecondRole,
  { snapshot, kubernetes }: Cluster,
): { readonly roleArn?: string; readonly isTagged: boolean } | Undecided => {
  const isTagged = second.isTagged === true;
  if (second.after !== undefined) return { roleArn: second.after, isTagged };
  const annotated = serviceAccountNamed(kubernetes, namespace, name)?.annotations[roleArnKey];
  const byAnnotation = annotated ? { roleArn: annotated, isTagged } : { isTagged };
  if (second.isNamed) return byAnnotation;
  const association = associationOf(snapshot, namespace, name);
  if (association === undefined) {
    const [open] = associationsUnread(snapshot.podIdentity).map(unreadBy('whether it has Pod Identity'));
    return open ?? byAnnotation;
  }
  const roleArn = association.targetRoleArn ?? association.roleArn;
  if (roleArn === undefined)
    return { kind: 'unread', missing: `the role of the Pod Identity association ${association.id}` };
  return { roleArn, isTagged: isTagged || association.sessionTags !== false };
};

/** A reason by a read that failed. */
export const unreadBy =
  (missing: string) =>
  (gap: ReadFailure): Undecided => ({ kind: unknownKindOf(gap), missing: `${missing}: ${gap.message}` });

const roleOutcome = (account: Account, second: SecondRole, target: NamedRole, cluster: Cluster): SecondRoleOutcome => {
  const first = firstRoleOf(account, second, cluster);
  if ('missing' in first) return first;
  if (first.roleArn === undefined) return 'noRole';
  if (parseArn(first.roleArn) === undefined) return 'no-arn';
  const naming = statementsNaming(first.roleArn, target);
  if (naming === undefined)
    return { kind: 'ambiguous', missing: `which principals the trust policy of role ${target.name} has` };
  const allows = (action: string): boolean => naming.some(statement => mayCover(statement, action));
  if (!allows('sts:AssumeRole')) return 'refuses';
  return first.isTagged && !allows('sts:TagSession') ? 'noTags' : 'allows';
};

const tokenOutcome = (
  { namespace, name }: Account,
  { audiences }: SecondRole,
  target: NamedRole,
  cluster: Cluster,
  facts: Facts,
): SecondRoleOutcome => {
  const issuer = tokenIssuerOf(cluster);
  const parsed = trustPolicyOf(target);
  if (issuer === undefined) return { kind: 'unread', missing: 'the issuer of the cluster' };
  if (!parsed.ok)
    return { kind: 'undocumented', missing: `the trust policy of ${target.arn} (${parsed.problem.message})` };
  const annotations = serviceAccountNamed(cluster.kubernetes, namespace, name)?.annotations ?? {};
  const decisions = (audiences ?? [audienceAsked(annotations)]).map(audience =>
    decide(parsed.policy, {
      ...{ roleArn: target.arn, issuer, subject: subjectOf(namespace, name), audience, now: facts.now },
    }),
  );
  if (decisions.some(({ decision }) => decision === 'allow')) return 'allows';
  const open = decisions.find(({ decision }) => decision === 'unknown');
  return open === undefined ? 'refuses' : doubtOf(open);
};
