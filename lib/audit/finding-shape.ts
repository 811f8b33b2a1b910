import * as z from 'zod';
import { posixCommands } from '../fixes/render-step.ts';
import { stepShape } from '../fixes/step.ts';
import type { Fields } from '../kit/fields.ts';
import {
  type Alternative,
  articleSteps,
  type Evidence,
  type Finding,
  type Fix,
  type Folded,
  impacts,
  type Manager,
  managingTools,
  type Replaced,
  roleLevels,
  type SourceLocation,
  severities,
} from '../model.ts';
import { given } from '../text.ts';

const text = z.string();
const optional = z.exactOptional(text);
const data = z.record(text, z.union([text, z.number(), z.array(text)]));
type ReplacedOf<K extends Replaced['kind']> = Fields<Extract<Replaced, { readonly kind: K }>>;
const replaced = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trust-policy'), roleArn: text } satisfies ReplacedOf<'trust-policy'>),
  z.object({ kind: z.literal('thumbprints'), providerArn: text } satisfies ReplacedOf<'thumbprints'>),
]);
const managers = z.exactOptional(
  z.array(z.object({ tool: z.enum(managingTools), name: optional } satisfies Fields<Manager>)),
);
const location = z.object({ line: z.int().min(1), column: z.int().min(1) } satisfies Fields<SourceLocation>);

const evidence = z.object({
  what: text,
  got: text,
  wanted: optional,
  readFrom: text,
  at: z.exactOptional(location),
  data: z.exactOptional(data),
  volatile: z.exactOptional(z.literal(true)),
} satisfies Fields<Evidence>);

const alternative = z.object({
  summary: text,
  steps: z.array(stepShape),
  choice: optional,
  managers,
} satisfies Fields<Alternative>);

/** Steps that cannot be read, of one that another program wrote, are no steps. Commands are made of the steps here: what was written
 *  as a command is not read. */
const fixFields = z.object({
  summary: text,
  commands: z.array(text),
  steps: z.exactOptional(z.array(stepShape)).catch(() => undefined as never),
  replaces: z.exactOptional(replaced),
  managers,
  choice: optional,
  alternatives: z.exactOptional(z.array(alternative)),
  terraform: optional,
  cdk: optional,
} satisfies Fields<Fix>);

const fix = fixFields.transform(({ steps, terraform, cdk, ...rest }): Fix => {
  const commands = steps === undefined ? [] : posixCommands(steps);
  return { ...rest, commands, ...given({ steps, terraform: knownCode(terraform), cdk: knownCode(cdk) }) };
});

/** Code of Terraform or CDK as rules write it. Anybody may have written a report or a table, and people paste code: other code is
 *  left out. */
const knownCode = (code: string | undefined): string | undefined => {
  const rest = code?.replace(quoted, '') ?? '';
  const isKnown =
    /^[\w\s={}[\],.:()]*$/.test(rest) &&
    (rest.match(/\w+/g) ?? []).every(word => words.has(word) || operator.test(word));
  return isKnown ? code : undefined;
};
/** Texts that stand for themselves: nothing is interpolated. */
const quoted = /"(?:[^"\\$%\n]|\\["\\]|\$\$|%%|[$%](?!\{))*"|'(?:[^'\\\n]|\\['\\])*'/g;
const words: ReadonlySet<string> = new Set(
  [
    'resource aws_iam_openid_connect_provider eks arn url client_id_list thumbprint_list identifiers principals type actions',
    'condition test variable values new iam this cluster provider conditions clientIds thumbprints assumedBy assumeRoleAction',
    'clusterOpenIdConnectIssuerUrl OidcProviderNative OpenIdConnectProvider OpenIdConnectPrincipal ArnPrincipal',
    'fromOpenIdConnectProviderArn',
  ].flatMap(line => line.split(' ')),
);
const operator =
  /^(?:ForAllValues|ForAnyValue|Null|Bool(?:IfExists)?|(?:String|Arn|Numeric|Date|NotIp|Ip|Binary)[A-Za-z]+)$/;

const folded = z.object({
  id: text,
  ruleId: text,
  subject: text,
  discriminator: optional,
  message: text,
} satisfies Fields<Folded>);

const waiver = z.object({
  reason: text,
  owner: text,
  expires: text,
  upTo: z.exactOptional(z.enum(severities)),
} satisfies Fields<NonNullable<Finding['waiver']>>);

/**
 * A finding as it is written and read again: in the table (`lib/store`), and in a report that is a baseline (`lib/cli`).
 * The one description of its form. `Fields` compares it and each of its parts with the model.
 */
export const findingShape = z.object({
  id: text,
  ruleId: text,
  subject: text,
  discriminator: text,
  impact: z.enum(impacts),
  severity: z.enum(severities),
  articleStep: z.exactOptional(z.enum(articleSteps)),
  messageId: text,
  data,
  volatile: z.exactOptional(z.array(text)),
  brief: text,
  message: text,
  evidence: z.array(evidence),
  roleLevel: z.exactOptional(z.enum(roleLevels)),
  podError: optional,
  fix,
  explains: z.array(folded),
  waiver: z.exactOptional(waiver),
  accountId: text,
  region: optional,
  clusterName: optional,
  clusterArn: optional,
  namespace: optional,
  serviceAccount: optional,
  roleArn: optional,
  providerArn: optional,
  issuer: optional,
  owner: optional,
} satisfies Fields<Finding>) satisfies z.ZodType<Finding>;
