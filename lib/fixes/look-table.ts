/** The one table of looks: commands that are shown to a person and never applied. */
import * as z from 'zod';
import type { Fields } from '../kit/fields.ts';
import { homeRegion, type Look, type LookKind, type LookOf, type StepTarget } from '../model.ts';
import { accountIdField, clusterPlace, region, roleArn, targetOfArn, targetOfCluster, word } from './changes/kind.ts';
import { aws, type Command, kubectl, optionWords } from './command.ts';

/** One kind of look. */
interface KindOfLook<K extends LookKind> {
  readonly shape: z.ZodType<LookOf<K>>;
  readonly target: (look: LookOf<K>) => StepTarget;
  readonly command: (look: LookOf<K>) => Command;
}

type FieldsOf<K extends LookKind> = Fields<LookOf<K>>;

/** A host of the internet with a port or without one. */
const host = word.regex(/^[A-Za-z0-9[][^\s/]*$/, 'a host');

const columns = String.raw`NAMESPACE:.metadata.namespace,NAME:.metadata.name,ROLE:.metadata.annotations.eks\.amazonaws\.com/role-arn`;

/** The part of `describe-cluster` that is asked for. */
const parts = { status: 'cluster.{status:status,health:health}', issuer: 'cluster.identity.oidc.issuer' } as const;

const looks: { readonly [K in LookKind]: KindOfLook<K> } = {
  discovery: {
    shape: z.object({
      kind: z.literal('discovery'),
      issuer: word.regex(/^https:\/\//, 'an https address'),
    } satisfies FieldsOf<'discovery'>),
    target: () => ({}),
    command: ({ issuer }) => ({
      tool: 'curl',
      args: ['--silent', '--show-error', '--dump-header', '-', '--', `${issuer}/.well-known/openid-configuration`],
    }),
  },
  certificates: {
    shape: z.object({ kind: z.literal('certificates'), host } satisfies FieldsOf<'certificates'>),
    target: () => ({}),
    command: ({ host: server }) => {
      const [name = '', port = '443'] = server.split(':');
      return {
        tool: 'openssl',
        args: ['s_client', '-showcerts', '-servername', name, '-connect', `${name}:${port}`],
        input: '',
      };
    },
  },
  'cluster-description': {
    shape: z.object({
      kind: z.literal('cluster-description'),
      accountId: accountIdField,
      region,
      name: word.min(1),
      part: z.enum(['status', 'issuer']),
    } satisfies FieldsOf<'cluster-description'>),
    target: look => ({ accountId: look.accountId, region: look.region, clusterName: look.name }),
    command: look =>
      aws(
        'eks',
        'describe-cluster',
        ...optionWords('--name', look.name),
        ...optionWords('--region', look.region),
        ...['--query', parts[look.part]],
      ),
  },
  'refused-calls': {
    shape: z.object({
      kind: z.literal('refused-calls'),
      accountId: accountIdField,
      region,
    } satisfies FieldsOf<'refused-calls'>),
    target: look => ({ accountId: look.accountId, region: look.region }),
    command: look =>
      aws(
        'cloudtrail',
        'lookup-events',
        ...optionWords('--region', look.region),
        ...['--max-results', '50'],
        ...['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=AssumeRoleWithWebIdentity'],
      ),
  },
  'role-last-access': {
    shape: z.object({ kind: z.literal('role-last-access'), roleArn } satisfies FieldsOf<'role-last-access'>),
    target: look => targetOfArn(look.roleArn, homeRegion(look.roleArn)),
    command: look => {
      const home = homeRegion(look.roleArn);
      return aws(
        'iam',
        'generate-service-last-accessed-details',
        ...optionWords('--arn', look.roleArn),
        ...(home === undefined ? [] : ['--region', home]),
      );
    },
  },
  'annotated-service-accounts': {
    shape: z.object({
      kind: z.literal('annotated-service-accounts'),
      cluster: clusterPlace,
    } satisfies FieldsOf<'annotated-service-accounts'>),
    target: ({ cluster }) => targetOfCluster(cluster),
    command: ({ cluster }) =>
      kubectl(cluster, {
        verb: ['get', 'serviceaccounts', '--all-namespaces', '--output', `custom-columns=${columns}`],
      }),
  },
};

const entryOf = <K extends LookKind>(look: LookOf<K>): KindOfLook<K> => looks[look.kind];

/** The stored form of a look. */
export const lookShape: z.ZodType<Look> = z
  .looseObject({ kind: z.enum(Object.keys(looks) as [LookKind, ...LookKind[]]) })
  .transform((value, context): Look => {
    const parsed = looks[value.kind].shape.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] });
    return z.NEVER;
  });

/** True for a look that a command can be made of. */
export const isSoundLook = (look: Look): boolean => looks[look.kind].shape.safeParse(look).success;

/** Where a look goes. */
export const targetOfLook = (look: Look): StepTarget => entryOf(look).target(look);

/** The command that looks. */
export const commandOfLook = (look: Look): Command => entryOf(look).command(look);
