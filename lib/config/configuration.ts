/**
 * `irsa-auditor.config.json`: read by the CDK app and by the command line. Pure: text in, configuration or one clear
 * sentence out. The JSON schema for editors is generated from it (`npm run docs`).
 */
import { z } from 'zod';
import { transitionKinds } from '../core/drift/transition.ts';
import { impacts, severities } from '../core/model/finding.ts';

const accountId = z.string().regex(/^\d{12}$/, 'must be the 12 digits of an AWS account');
const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a region such as eu-west-1');
const severity = z.enum(severities);
const issuer = z.url({ protocol: /^https$/ }).describe('An issuer URL, with https:// and exact case.');
const day = z.iso.date();

const when = z.strictObject({
  minSeverity: severity.optional(),
  accounts: z.array(accountId).min(1).optional(),
  clusters: z.array(z.string().min(1)).min(1).optional(),
  rules: z.array(z.string().min(1)).min(1).optional(),
  transitions: z.array(z.enum(transitionKinds)).min(1).optional(),
});

const quietHours = z.strictObject({
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be hh:mm'),
  to: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be hh:mm'),
  timeZone: z.string().min(1),
  /** Findings at or above this severity are sent all the same. */
  exceptSeverity: severity.default('critical'),
});

const destination = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('email'), addresses: z.array(z.email()).min(1), when: when.optional() }),
  z.strictObject({
    to: z.literal('chatbot-slack'),
    workspaceId: z.string().min(1),
    channelId: z.string().min(1),
    when: when.optional(),
  }),
  z.strictObject({
    to: z.literal('slack'),
    secretName: z.string().min(1),
    when: when.optional(),
    quietHours: quietHours.optional(),
  }),
  z.strictObject({
    to: z.literal('teams'),
    secretName: z.string().min(1),
    when: when.optional(),
    quietHours: quietHours.optional(),
  }),
  z.strictObject({
    to: z.literal('webhook'),
    secretName: z.string().min(1),
    when: when.optional(),
    quietHours: quietHours.optional(),
  }),
]);

/** The configuration's schema. Every key has a default or is optional: `{}` audits the deploying account and region. */
export const configurationSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/)
    .default('irsa-auditor')
    .describe('Prefix of everything that is deployed.'),
  schedule: z
    .strictObject({
      expression: z
        .string()
        .regex(/^(rate|cron)\(.+\)$/, 'must be rate(…) or cron(…)')
        .default('rate(6 hours)'),
      timeZone: z.string().min(1).default('UTC'),
      enabled: z.boolean().default(true),
    })
    .prefault({}),
  accounts: z
    .discriminatedUnion('from', [
      z.strictObject({ from: z.literal('self') }),
      z.strictObject({ from: z.literal('list'), accountIds: z.array(accountId).min(1) }),
      z.strictObject({
        from: z.literal('organization'),
        exclude: z.array(accountId).default([]),
        organizationalUnits: z.array(z.string().regex(/^(ou|r)-/)).default([]),
      }),
    ])
    .default({ from: 'self' }),
  memberRole: z
    .strictObject({
      name: z.string().min(1).default('irsa-auditor-read'),
      externalId: z.string().min(2).default('irsa-auditor'),
    })
    .prefault({}),
  regions: z.array(region).min(1).optional().describe("Regions to audit; the stack's own region if absent."),
  registeredIssuers: z.array(issuer).default([]),
  roleDetails: z
    .boolean()
    .default(false)
    .describe('Read GetAccountAuthorizationDetails: last use, administrator policies.'),
  inCluster: z
    .strictObject({
      enabled: z.boolean().default(false),
      vpc: z
        .strictObject({
          vpcId: z.string().regex(/^vpc-/),
          subnetIds: z.array(z.string().regex(/^subnet-/)).min(1),
          securityGroupIds: z.array(z.string().regex(/^sg-/)).min(1),
        })
        .optional(),
    })
    .prefault({}),
  cloudTrail: z
    .strictObject({
      enabled: z.boolean().default(false),
      lookbackMinutes: z.int().min(15).max(129600).default(420),
      maxCalls: z.int().min(1).max(2000).default(60),
    })
    .prefault({}),
  minSeverity: severity.default('low').describe('Findings below are stored, not sent.'),
  notifications: z.array(destination).default([]),
  weeklySummary: z
    .strictObject({ enabled: z.boolean().default(false), expression: z.string().default('cron(0 8 ? * MON *)') })
    .prefault({}),
  eventBridge: z.strictObject({ enabled: z.boolean().default(false) }).prefault({}),
  securityHub: z.strictObject({ enabled: z.boolean().default(false) }).prefault({}),
  retention: z
    .strictObject({
      resolvedDays: z.int().min(1).default(90),
      historyDays: z.int().min(1).default(400),
      snapshotDays: z.int().min(1).default(30),
      logDays: z.int().min(1).default(30),
    })
    .prefault({}),
  rules: z
    .record(z.string(), z.strictObject({ enabled: z.boolean().optional(), severity: severity.optional() }))
    .default({})
    .describe('Overrides by rule id.'),
  waivers: z
    .array(
      z.strictObject({
        rule: z.string().min(1),
        subject: z.string().min(1).describe('Exact subject, or a pattern with *.'),
        reason: z.string().min(3),
        owner: z.string().min(1),
        expires: day,
        upTo: severity.optional().describe('The worst severity that it covers; any if absent.'),
      }),
    )
    .default([]),
  unusedAfterDays: z.int().min(1).max(400).default(90),
});

/** A validated configuration, all defaults filled in. */
export type Configuration = z.output<typeof configurationSchema>;
export type Waiver = Configuration['waivers'][number];
export type Destination = Configuration['notifications'][number];
export type RoutingFilter = z.output<typeof when>;

/** Thrown for a configuration that cannot be used; the message names the key and what it allows. */
export class ConfigurationInvalid extends Error {
  override readonly name = 'ConfigurationInvalid';
  readonly code = 'configuration-invalid';
}

/** Reads a configuration from JSON text. `source` names the file in messages. Throws `ConfigurationInvalid`. */
export const parseConfiguration = (text: string, source: string): Configuration => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationInvalid(`${source} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const result = configurationSchema.safeParse(document);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    issue => `${issue.path.length > 0 ? issue.path.join('.') : 'the document'}: ${issue.message}`,
  );
  throw new ConfigurationInvalid(`${source}: ${lines.join('; ')}`);
};

/** Allowed words, for messages elsewhere. */
export const allowed = { severities, impacts, transitionKinds };
