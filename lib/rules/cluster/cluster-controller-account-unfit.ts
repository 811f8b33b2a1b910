import { type ClusterSubject, namedByControllers, objectsUnread } from '../../facts.ts';
import {
  type ControllerAccount,
  type ControllerRole,
  type KubernetesFacts,
  type ReadFailure,
  readFailuresOf,
  roleArnKey,
  type ServiceAccount,
  type Undecided,
  valueOr,
} from '../../model.ts';
import { nearest, phrase } from '../../text.ts';
import {
  defineRule,
  type Failure,
  failOrPass,
  failures,
  notApplicable,
  unknownFor,
  unknownKindOf,
} from '../prelude.ts';

const fail = failures({
  absent: [
    'named account is missing',
    '{namedBy} asks with a token of service account {serviceAccount}, which does not exist',
  ],
  nearby: [
    'named account is missing',
    '{namedBy} asks with a token of service account {serviceAccount}, which does not exist; there is {candidate}',
  ],
  noRole: [
    'named account has no role',
    '{namedBy} names no role and reads with that of service account {serviceAccount}, which has none',
  ],
});

/** A controller that asks with the token of a service account needs that account, and some role (docs/facts.md §H.4). */
export const clusterControllerAccountUnfit = defineRule({
  id: 'cluster-controller-account-unfit',
  kind: 'cluster',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'Service accounts named by Issuers and stores have roles',
  fault: 'An Issuer or SecretStore names a service account that does not do',
  says: fail.says,
  needs: ['service-accounts'],
  why: 'An Issuer of cert-manager (auth.kubernetes.serviceAccountRef) and a SecretStore of External Secrets (auth.jwt.serviceAccountRef) ask AWS with a token of the service account that they name, not of the controller. Where it does not exist there is no token; External Secrets takes the role from its annotation alone, and an association of EKS Pod Identity is none. The pods of the controller are healthy all the while: only the object says that it is not ready.',
  fix: 'Name the service account that has the role, or give the one that is named its annotation.',
  references: [
    'https://external-secrets.io/latest/provider/aws-access/',
    'https://cert-manager.io/docs/configuration/acme/dns01/route53/',
    'https://github.com/external-secrets/external-secrets/issues/816',
    'docs/facts.md §H.4',
  ],
  check: subject => {
    const { kubernetes: read } = subject.snapshot;
    if (read.status === 'unavailable') return notApplicable;
    const kubernetes = read.value;
    const named = accountsNamedIn(kubernetes);
    const [unlisted] = objectsUnread(kubernetes.controllerRoles, valueOr(kubernetes.pods, []));
    const missing = unlisted && unreadBy(unlisted, 'the service accounts that some Issuers and stores name');
    if (named.length === 0) return missing === undefined ? notApplicable : unknownFor(missing);
    const [gap] = readFailuresOf(kubernetes.serviceAccounts);
    const judged = named.map(one => ({ one, fault: faultOf(one, valueOr(kubernetes.serviceAccounts, [])) }));
    const failed = judged.flatMap(({ one, fault }) =>
      fault === undefined || (gap !== undefined && fault === 'absent')
        ? []
        : [failureOf(subject, one, fault, kubernetes)],
    );
    const isOpen = gap !== undefined && judged.some(({ fault }) => fault === 'absent');
    return failOrPass(failed, isOpen ? unreadBy(gap, 'some service accounts that Issuers and stores name') : missing);
  },
});

const unreadBy = (gap: ReadFailure, missing: string): Undecided => ({
  kind: unknownKindOf(gap),
  missing: `${missing}: ${gap.message}`,
});

type Named = Pick<ControllerAccount, 'controller' | 'namedBy' | 'account'> & {
  readonly by: ControllerRole['by'] | 'annotation';
};

/** Each service account that an object names, once: later roles of its chain do not ask by it. */
const accountsNamedIn = (kubernetes: KubernetesFacts): readonly Named[] => {
  const named = namedByControllers(kubernetes).flatMap(({ controller, namedBy, by, account, ...role }) =>
    account === undefined || 'after' in role ? [] : [{ controller, namedBy, by, account }],
  );
  return [...new Map(named.map(one => [discriminatorOf(one), one])).values()];
};

const placeOf = ({ account }: Named): string => `${account.namespace}/${account.name}`;
const discriminatorOf = (one: Named): string => `${one.namedBy} ${placeOf(one)}`;

/** A role that a ConfigMap of the webhook gives is no annotation: only the webhook reads it. */
const faultOf = ({ account, by }: Named, accounts: readonly ServiceAccount[]): 'absent' | 'noRole' | undefined => {
  const found = accounts.find(({ namespace, name }) => namespace === account.namespace && name === account.name);
  if (found === undefined) return 'absent';
  const hasRole = found.configMap === undefined && Boolean(found.annotations[roleArnKey]);
  return by === 'annotation' && !hasRole ? 'noRole' : undefined;
};

const failureOf = (
  subject: ClusterSubject,
  one: Named,
  fault: 'absent' | 'noRole',
  kubernetes: KubernetesFacts,
): Failure => {
  const { namedBy, account } = one;
  const serviceAccount = placeOf(one);
  const source = `serviceaccounts of cluster ${subject.cluster.name}`;
  if (fault === 'noRole')
    return fail
      .noRole({ namedBy, serviceAccount })
      .discriminator(discriminatorOf(one))
      .evidence(namedBy, `resources of cluster ${subject.cluster.name}`, serviceAccount)
      .evidence(`annotation ${roleArnKey}`, source, phrase('not found'), phrase('the ARN of a role'))
      .podError(`an IAM role must be associated with service account ${account.name} (namespace: ${account.namespace})`)
      .fix(
        `Annotate service account ${serviceAccount} with the role that ${namedBy} is to read with.`,
        'Which role that is; an association of EKS Pod Identity serves a store only if it names no service account.',
      );
  const candidate = nearest(
    account.name,
    valueOr(kubernetes.serviceAccounts, []).flatMap(({ namespace, name }) =>
      namespace === account.namespace ? [name] : [],
    ),
  );
  return (
    candidate === undefined
      ? fail.absent({ namedBy, serviceAccount })
      : fail.nearby({ namedBy, serviceAccount, candidate })
  )
    .discriminator(discriminatorOf(one))
    .evidence(namedBy, `resources of cluster ${subject.cluster.name}`, serviceAccount)
    .evidence('service account', source, phrase('(none)'), serviceAccount)
    .podError(`serviceaccounts "${account.name}" not found`)
    .fix(
      candidate === undefined
        ? `Name a service account of namespace ${account.namespace} in ${namedBy}, or create ${account.name}.`
        : `Name ${candidate} in ${namedBy}, if that is the one, or create ${account.name}.`,
      'Which service account is meant: it is one that may read or write in AWS.',
    );
};
