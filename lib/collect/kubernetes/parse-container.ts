/** One container of a pod: the names of its variables, and no value that could be a secret. */
import * as z from 'zod';
import type { PodContainer } from '../../model.ts';
import { given } from '../../text.ts';
import { boundedText, maxKey, worldName, worldText } from '../world-text.ts';

/** The user that a pod or a container names. */
export const securityContext = z.object({ runAsUser: z.number().optional(), runAsNonRoot: z.boolean().optional() });

const reference = z.object({ name: worldName }).nullish().catch(undefined);
const environmentSource = z
  .object({ prefix: z.string().nullish(), configMapRef: reference, secretRef: reference })
  .catch({});

/** A container as the API server has it. */
export const containerItem = z.object({
  name: worldName,
  image: z.string().nullish(),
  args: z.array(z.string()).nullish().catch(undefined),
  env: z
    .array(z.object({ name: z.string(), value: z.string().optional(), valueFrom: z.unknown().optional() }))
    .nullish(),
  envFrom: z.array(environmentSource).nullish(),
  volumeMounts: z.array(z.object({ name: worldName, mountPath: worldText })).nullish(),
  securityContext: securityContext.nullish(),
});
type ContainerItem = z.output<typeof containerItem>;

/** The only environment variables whose values are kept: none is a secret. */
const keptVariables: ReadonlySet<string> = new Set([
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
]);

/** True for a variable whose value is kept. */
export const isKeptVariable = (name: string): boolean => keptVariables.has(name);

/** Names of other AWS variables of one container: the SDKs read some thirty. */
export const maxVariables = 100;

/** Volumes that the webhook adds, by name (docs/facts.md §D.2, §D.4). */
export const webhookVolumes: ReadonlySet<string> = new Set(['aws-iam-token', 'eks-pod-identity-token']);
const credentialPath = /(^|[/\\])\.aws([/\\](credentials|config))?[/\\]?$/;

/** The parts of a container that the rules need. `tokenNames` are the pod's token volumes. */
export const containerOf = (item: ContainerItem, init: boolean, tokenNames: ReadonlySet<string>): PodContainer => {
  const variables = (item.env ?? []).filter(({ name }) => name.startsWith('AWS_'));
  const kept = variables.filter(({ name }) => keptVariables.has(name));
  const mounts = (item.volumeMounts ?? []).filter(
    ({ name, mountPath }) => tokenNames.has(name) || webhookVolumes.has(name) || credentialPath.test(mountPath),
  );
  return {
    name: item.name,
    init,
    awsVariables: namesOf(variables),
    emptyVariables: namesOf(variables.filter(({ value, valueFrom }) => !value && !valueFrom)),
    irsaEnvironment: Object.fromEntries(kept.map(({ name, value }) => [name, boundedText(value ?? '')])),
    hasEnvFrom: (item.envFrom ?? []).length > 0,
    ...given({ assumesRole: assumedBy(item.args ?? []) }),
    ...(item.env?.some(({ name }) => proxyVariable.test(name)) ? { hasProxy: true } : {}),
    ...environmentFromOf(item),
    ...(isTokenFileUnmounted(item) ? { tokenFileUnmounted: true } : {}),
    mounts: Object.fromEntries(mounts.map(({ name, mountPath }) => [name, mountPath])),
    ...identityOf(item.securityContext),
  };
};

/** `--aws-assume-role=<arn>`, or its value as the next argument. */
const assumedBy = (args: readonly string[]): string | undefined => {
  const at = args.findIndex(one => /^--aws-assume-role(=|$)/.test(one));
  const value = at < 0 ? undefined : (args[at]?.split('=', 2)[1] ?? args[at + 1]);
  return value?.startsWith('arn:') ? boundedText(value) : undefined;
};

const proxyVariable = /^(https?|all)_proxy$/i;

/** Sources of one container: a person reads a few. */
const maxSources = 20;

const environmentFromOf = ({ envFrom }: ContainerItem): Pick<PodContainer, 'environmentFrom' | 'configMaps'> => {
  const names = (envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
    ...(configMapRef ? [`ConfigMap ${configMapRef.name}`] : []),
    ...(secretRef ? [`Secret ${secretRef.name}`] : []),
  ]);
  const configMaps = (envFrom ?? [])
    .flatMap(({ configMapRef, prefix }) =>
      configMapRef ? [{ name: configMapRef.name, prefix: boundedText(prefix ?? '', maxKey) }] : [],
    )
    .slice(0, maxSources);
  return {
    ...(names.length === 0 ? {} : { environmentFrom: [...new Set(names)].slice(0, maxSources) }),
    ...(configMaps.length === 0 ? {} : { configMaps }),
  };
};

/** Under these directories nothing lies that was not mounted; elsewhere a program may have written the file. */
const mountedDirectory = /^(?:\/var)?\/run\/secrets\//;

/** `/var/run` is a link to `/run` in most images. */
const withoutVar = (path: string): string => path.replace(/^\/var\/run\//, '/run/').replace(/\/+$/, '');

const isTokenFileUnmounted = ({ env, volumeMounts }: ContainerItem): boolean => {
  const file = env?.find(({ name }) => name === 'AWS_WEB_IDENTITY_TOKEN_FILE')?.value ?? '';
  if (!mountedDirectory.test(file)) return false;
  return !(volumeMounts ?? []).some(({ mountPath }) => {
    const mount = withoutVar(mountPath);
    return withoutVar(file) === mount || withoutVar(file).startsWith(`${mount}/`);
  });
};

const namesOf = (variables: readonly { readonly name: string }[]): readonly string[] =>
  [...new Set(variables.map(({ name }) => boundedText(name, maxKey)))].slice(0, maxVariables);

/** The user of a security context, as far as it names one. */
export const identityOf = (
  context: { readonly runAsUser?: number | undefined; readonly runAsNonRoot?: boolean | undefined } | null | undefined,
): { readonly runAsUser?: number; readonly runAsNonRoot?: boolean } => ({
  ...given({ runAsUser: context?.runAsUser, runAsNonRoot: context?.runAsNonRoot }),
});
