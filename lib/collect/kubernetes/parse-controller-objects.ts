/**
 * The roles that objects of controllers name, and by which credentials they are assumed. A role that is assumed with keys of a
 * Secret is left out: no role of a pod has a part in it.
 */
import * as z from 'zod';
import type { ControllerAccount, ControllerRole, NamedByController, PodController } from '../../model.ts';
import { given } from '../../text.ts';
import { namespaceName, objectName, worldText } from '../world-text.ts';
import type { Take } from './list-pages.ts';

/** Roles of one object that are looked at. */
const maxRoles = 100;

const anything = z.unknown().optional();
const list = <T extends z.ZodType>(item: T) => z.array(item).max(maxRoles).nullish();
const metadata = z.object({ name: objectName, namespace: namespaceName.optional() });
type Metadata = z.output<typeof metadata>;

const nameOf = (kind: string, { namespace, name }: Metadata): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

type NamedRole = Omit<ControllerRole, 'controller' | 'namedBy'>;
type NamedAccount = Omit<ControllerAccount, 'controller' | 'namedBy'>;

/** Takes the roles of an item of this form. */
const takeOf =
  <S extends z.ZodType>(
    spec: S,
    rolesOf: (
      spec: z.output<S>,
      about: { readonly metadata: Metadata; readonly controller: PodController },
    ) => readonly (NamedRole | NamedAccount)[],
  ) =>
  (kind: string, controller: PodController): Take<readonly NamedByController[]> =>
  item => {
    const parsed = z.object({ metadata, spec }).safeParse(item);
    if (!parsed.success) return { bad: `an item is not a ${kind}` };
    const { metadata: about, spec: found } = parsed.data as { metadata: Metadata; spec: z.output<S> };
    const namedBy = nameOf(kind, about);
    const roles = rolesOf(found, { metadata: about, controller }).map(role => ({
      ...{ controller: controller.name, namedBy },
      ...role,
    }));
    return { keep: [...new Map(roles.map(role => [JSON.stringify(role), role])).values()] };
  };

/** The links of a chain of roles: the first is assumed with `start`, each other one with the role before it. */
const chainOf = (
  links: readonly { readonly roleArn: string; readonly isTagged?: boolean }[],
  start: Pick<ControllerRole, 'by' | 'account' | 'after'> | undefined,
): readonly NamedRole[] =>
  links.flatMap(({ roleArn, isTagged }, index) => {
    const before = links[index - 1]?.roleArn;
    const by = before === undefined ? start : { ...start, by: 'role' as const, after: before };
    return by === undefined ? [] : [{ roleArn, ...by, ...(isTagged ? { isTagged } : {}) }];
  });

const accountReference = z.object({ name: objectName, namespace: namespaceName.nullish(), audiences: list(worldText) });

const route53 = z.object({
  role: worldText.nullish(),
  accessKeyID: anything,
  accessKeyIDSecretRef: z.object({ name: z.string() }).nullish().catch(undefined),
  secretAccessKeySecretRef: z.object({ name: z.string() }).nullish().catch(undefined),
  auth: z.object({ kubernetes: z.object({ serviceAccountRef: accountReference.nullish() }).nullish() }).nullish(),
});

const issuer = z.object({
  acme: z.object({ solvers: list(z.object({ dns01: z.object({ route53: route53.nullish() }).nullish() })) }).nullish(),
});

/** Issuer and ClusterIssuer of cert-manager: the role of a solver for Route 53. With a service account of its own the solver asks
 *  with a token of that, in the namespace of the Issuer or the one that is set for ClusterIssuers. */
export const takeIssuer = (kind: string, controller: PodController): Take<readonly NamedByController[]> =>
  takeOf(issuer, ({ acme }, { metadata: { namespace = controller.clusterNamespace } }) =>
    (acme?.solvers ?? []).flatMap(({ dns01 }): readonly NamedRole[] => {
      const { role, auth, ...keys } = dns01?.route53 ?? {};
      if (!role || keys.accessKeyID || keys.accessKeyIDSecretRef || keys.secretAccessKeySecretRef) return [];
      const account = auth?.kubernetes?.serviceAccountRef;
      if (account && namespace !== undefined)
        return [
          {
            ...{ roleArn: role, by: 'token' as const, account: { namespace, name: account.name } },
            audiences: account.audiences?.length ? account.audiences : ['sts.amazonaws.com'],
          },
        ];
      const isAmbient = controller.ambient === undefined ? kind === 'ClusterIssuer' : controller.ambient.includes(kind);
      return auth || !isAmbient ? [] : [{ roleArn: role, by: 'role' as const }];
    }),
  )(kind, controller);

const secretStore = z.object({
  provider: z
    .object({
      aws: z
        .object({
          role: worldText.nullish(),
          additionalRoles: list(worldText),
          sessionTags: list(z.unknown()),
          auth: z
            .object({ jwt: z.object({ serviceAccountRef: accountReference.nullish() }).nullish(), secretRef: anything })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** SecretStore and ClusterSecretStore of External Secrets: first the additional roles, in order, then the role. They start from the
 *  role in the annotation of the service account that the store names, else from the controller's. A ClusterSecretStore that names
 *  no namespace takes the service account of each ExternalSecret's: which ones is not known. A store without roles of its own reads with
 *  the role of the annotation. */
export const takeSecretStore = takeOf(secretStore, ({ provider }, { metadata: { namespace } }) => {
  const { role, additionalRoles, sessionTags, auth } = provider?.aws ?? {};
  const account = auth?.jwt?.serviceAccountRef;
  const within = namespace ?? account?.namespace ?? undefined;
  const isUnknown = auth?.secretRef || (account && within === undefined);
  const start = {
    by: 'role' as const,
    ...given({ account: account && within !== undefined ? { namespace: within, name: account.name } : undefined }),
  };
  const links = [
    ...(additionalRoles ?? []).filter(Boolean).map(roleArn => ({ roleArn })),
    ...(role ? [{ roleArn: role, isTagged: (sessionTags ?? []).length > 0 }] : []),
  ];
  if (links.length === 0 && !isUnknown && start.account) return [{ by: 'annotation', account: start.account }];
  return chainOf(links, isUnknown ? undefined : start);
});

/** The file that the webhook mounts, and what AWS_WEB_IDENTITY_TOKEN_FILE names then. */
const tokenFile = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';

const providerConfig = z.object({
  credentials: z.object({
    source: z.string().nullish(),
    webIdentity: z
      .object({
        roleARN: worldText.nullish(),
        tokenConfig: z
          .object({ source: z.string().nullish(), fs: z.object({ path: z.string().nullish() }).nullish() })
          .nullish(),
      })
      .nullish(),
  }),
  assumeRoleChain: list(z.object({ roleARN: worldText.nullish(), tags: list(z.unknown()) })),
});

/** ProviderConfig and ClusterProviderConfig of Crossplane's AWS provider: the chain starts from the role of the provider's pods
 *  (IRSA, PodIdentity), or from one that these assume by web identity with their own token. */
export const takeProviderConfig = takeOf(providerConfig, ({ credentials, assumeRoleChain }) => {
  const { source, webIdentity } = credentials;
  const token = webIdentity?.tokenConfig;
  const isOwnToken = !token || (token.source === 'Filesystem' && token.fs?.path === tokenFile);
  const first = source === 'WebIdentity' ? webIdentity?.roleARN || undefined : undefined;
  const links = (assumeRoleChain ?? []).flatMap(({ roleARN, tags }) =>
    roleARN ? [{ roleArn: roleARN, isTagged: (tags ?? []).length > 0 }] : [],
  );
  const isByRole = source === 'IRSA' || source === 'PodIdentity';
  return [
    ...(first !== undefined && isOwnToken ? [{ roleArn: first, by: 'token' as const }] : []),
    ...chainOf(links, isByRole || first !== undefined ? { by: 'role', ...given({ after: first }) } : undefined),
  ];
});

const triggerAuthentication = z.object({
  podIdentity: z
    .object({
      provider: z.string().nullish(),
      roleArn: worldText.nullish().catch(undefined),
      identityOwner: z.string().nullish(),
    })
    .nullish(),
});

/** TriggerAuthentication and ClusterTriggerAuthentication of KEDA: the operator assumes the role by web identity, and where that is
 *  refused with its own role. With `identityOwner: workload` the role is that of the scaled workload. */
export const takeTriggerAuthentication = takeOf(triggerAuthentication, ({ podIdentity }) =>
  podIdentity?.provider === 'aws' && podIdentity.roleArn && podIdentity.identityOwner !== 'workload'
    ? [{ roleArn: podIdentity.roleArn, by: 'either' as const }]
    : [],
);
