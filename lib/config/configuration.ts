/**
 * `irsa-auditor.config.json`: read by the CDK app and by the command line. Pure: text in, configuration or one clear
 * sentence out. The JSON schema for editors is generated from it (`npm run docs`).
 */

import * as z from 'zod';
import { severities } from '../model.ts';
import { namedError, visible } from '../text.ts';
import { type Destination, destination, operations } from './destinations.ts';
import { emailFault } from './email-fault.ts';
import { faultSentence } from './fault-sentence.ts';
import { accountId, distinct, parentId, severity, timeZone } from './fields.ts';
import { keptTooShort } from './kept-too-short.ts';
import { partitionFault } from './partition-fault.ts';
import { scheduleExpression } from './schedule-expression.ts';

const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'a region such as eu-west-1');
const issuer = z
  .url({ protocol: /^https$/, error: 'an https URL' })
  .describe('An issuer URL, with https:// and exact case.');
/** A choice that is off unless somebody asks for it. */
const off = (about: string) => z.boolean().default(false).describe(about);
const offGroup = z.strictObject({ enabled: z.boolean().default(false) }).prefault({});
const nonEmpty = z.string().min(1);
/** An id that EC2 makes: the word of its kind and 8 or 17 hexadecimal digits. */
const ec2Id = (kind: string) => z.string().regex(new RegExp(`^${kind}-[0-9a-f]{8,17}$`), `an id such as ${kind}-0123`);
/** Days that fit into every date: some hundred years. */
const days = z.int().min(1).max(36_500);
const day = z.iso.date({ error: 'a day such as 2026-12-31' });

/** The configuration's schema. Every key has a default or is optional: `{}` audits the deploying account and region. */
export const configurationSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'at most 31 of a-z, 0-9 and -, beginning with a letter')
    .default('irsa-auditor')
    .describe('Prefix of everything that is deployed.'),
  schedule: z
    .strictObject({
      expression: scheduleExpression.default('rate(6 hours)'),
      timeZone: timeZone.default('UTC'),
      enabled: z.boolean().default(true),
    })
    .prefault({})
    .describe('When audits start: a rate or a cron of EventBridge Scheduler.'),
  accounts: z
    .discriminatedUnion('from', [
      z.strictObject({ from: z.literal('self') }),
      z.strictObject({ from: z.literal('list'), accountIds: distinct(accountId).min(1) }),
      z.strictObject({
        from: z.literal('organization'),
        exclude: distinct(accountId).default([]),
        organizationalUnits: distinct(parentId).default([]),
      }),
    ])
    .default({ from: 'self' })
    .describe('AWS accounts to audit: the own one, a list, or an organization.'),
  memberRole: z
    .strictObject({
      name: z
        .string()
        .regex(/^[\w+=,.@-]{1,64}$/, 'the name of a role without a path: 1 to 64 letters, digits and _+=,.@-')
        .default('irsa-auditor-read'),
      externalId: z
        .string()
        .regex(/^[\w+=,.@:/-]{2,1224}$/, 'an external id: 2 to 1224 letters, digits and _+=,.@:/-')
        .default('irsa-auditor'),
    })
    .prefault({})
    .describe('The role that other accounts are read through (docs/member-role.yaml).'),
  regions: z
    .union([z.literal('all'), distinct(region).min(1)])
    .optional()
    .describe(
      "Regions to audit, or all that have EKS and are enabled in the account; the stack's own region if absent.",
    ),
  registeredIssuers: z
    .array(issuer)
    .default([])
    .describe('Issuers to audit as those of EKS, such as of other clusters.'),
  trusted: z
    .strictObject({
      organizations: z
        .array(z.string().regex(/^o-[a-z0-9]{10,32}$/, 'the id of an organization: o-…'))
        .default([])
        .describe('Organizations whose principals are no strangers; absent: those that policies name.'),
      accounts: z.array(accountId).default([]).describe('AWS accounts beside the audited ones.'),
      principals: z
        .array(z.string().regex(/^arn:[a-z-]+:iam::\d{12}:/, 'the ARN of a principal'))
        .default([])
        .describe('Roles and users of other accounts.'),
      issuers: z.array(issuer).default([]).describe('Issuers of clusters that are not audited.'),
      owners: z
        .array(z.string().min(1))
        .default([])
        .describe('Owners at public issuers, such as organizations of GitHub; absent: those that policies name.'),
    })
    .prefault({})
    .describe('The zone of trust: who may assume roles without being told as a stranger (docs/security.md).'),
  allRoles: off('Judge roles that no pod can assume too: whether strangers can assume them.'),
  roleDetails: off('Read GetAccountAuthorizationDetails: last use, administrator policies.'),
  rolePermissions: off('Read what roles may do: the level of each that pods can assume; includes roleDetails.'),
  unusedPermissions: off(
    'Ask IAM which services each role that pods can assume never called: two calls a role; includes rolePermissions.',
  ),
  resourceControlPolicies: off(
    "Read the organization's resource control policies, with rolePermissions its service control policies too: only from its management account or a delegated administrator.",
  ),
  rbac: off(
    'With inCluster: read roles, bindings and access entries of clusters too: who can become a service account.',
  ),
  inCluster: z
    .strictObject({
      enabled: z.boolean().default(false),
      vpc: z
        .strictObject({
          vpcId: ec2Id('vpc'),
          subnetIds: distinct(ec2Id('subnet')).min(1).max(16, 'the quota of Lambda "VpcConfig.SubnetIds"'),
          securityGroupIds: distinct(ec2Id('sg')).min(1).max(5, 'the quota of Lambda "VpcConfig.SecurityGroupIds"'),
        })
        .optional(),
    })
    .prefault({})
    .describe(
      'Read service accounts, pods and the webhook inside clusters; with the network that reaches private ones.',
    ),
  cloudTrail: z
    .strictObject({
      enabled: z.boolean().default(false),
      lookbackMinutes: z.int().min(15).max(129600).default(420),
      maxCalls: z.int().min(1).max(2000).default(60),
    })
    .prefault({})
    .describe('Read calls of AssumeRoleWithWebIdentity from CloudTrail.'),
  minSeverity: severity.default('low').describe('Findings below are stored, not sent.'),
  notifications: z.array(destination).default([]).describe('Who is told of findings (docs/alerts.md).'),
  operations: operations
    .optional()
    .describe('Who reads the alarms about the auditor itself. Required to deploy; "none" if nobody does.'),
  customerKey: off(
    'Encrypt the topics and the queues of undelivered digests and schedules with a KMS key of the account, for a dollar a month. The table, the bucket and the queues of the fast lane keep keys of AWS.',
  ),
  dashboard: off('A CloudWatch dashboard and the metrics that it shows, for some five dollars a month.'),
  accountsAtOnce: z
    .int()
    .min(1)
    .max(1000)
    .default(8)
    .describe('Accounts that are collected or evaluated at once; each takes one concurrent execution of Lambda.'),
  weeklySummary: z
    .strictObject({
      enabled: z.boolean().default(false),
      expression: scheduleExpression.default('cron(0 8 ? * MON *)'),
    })
    .prefault({})
    .describe('Send what is still open, once a week.'),
  fastLane: z
    .strictObject({
      enabled: z.boolean().default(false),
      organizationId: z
        .string()
        .regex(/^o-[a-z0-9]{10,32}$/, 'the id of an organization: o-…')
        .optional()
        .describe("Organization whose accounts may send events; absent: only the auditor's own account."),
    })
    .prefault({})
    .describe('Tell of changes within minutes, with who made them (docs/deploy.md).'),
  eventBridge: offGroup.describe('Put an event for each transition on the default event bus.'),
  securityHub: offGroup.describe('Import findings into Security Hub.'),
  retention: z
    .strictObject({
      resolvedDays: days.default(90),
      historyDays: days.default(400),
      snapshotDays: days.default(30),
      logDays: z.int().min(1).max(3653).default(30),
    })
    .prefault({})
    .describe('Days that findings, history, documents of runs and logs are kept.'),
  rules: z
    .record(z.string(), z.strictObject({ enabled: z.boolean().optional(), severity: severity.optional() }))
    .default({})
    .describe('Overrides by rule id.'),
  waivers: z
    .array(
      z.strictObject({
        rule: nonEmpty,
        subject: nonEmpty.describe('Exact subject, or a pattern with *.'),
        reason: z.string().min(3),
        owner: nonEmpty,
        expires: day,
        finding: nonEmpty.optional().describe('Id or pattern of the finding; wanted for rules of impact exposes.'),
        upTo: severity.optional().describe('The worst severity that it covers; any if absent.'),
      }),
    )
    .default([])
    .describe('Findings that are accepted for a while (docs/alerts.md).'),
  environments: z
    .strictObject({
      tag: z.string().min(1).max(128).optional().describe('Key of the tag of clusters that names their environment.'),
      accounts: z
        .record(accountId, z.string().min(1))
        .default({})
        .describe('Environment by account id, for clusters without the tag.'),
    })
    .optional()
    .describe('How environments are told apart: reports roles that they share. Off if absent.'),
  unusedAfterDays: z.int().min(1).max(400).default(90).describe('Days without a call after which a role is unused.'),
});

/** A validated configuration, all defaults filled in. */
export type Configuration = z.output<typeof configurationSchema>;

/** Every destination of a configuration: those that it lists, and those that a switch of their own turns on. */
export const destinationsOf = ({
  notifications,
  eventBridge,
  securityHub,
}: Pick<Configuration, 'notifications' | 'eventBridge' | 'securityHub'>): readonly Destination[] => {
  const switched: readonly Destination[] = [
    ...(eventBridge.enabled ? [{ to: 'eventbridge' } as const] : []),
    ...(securityHub.enabled ? [{ to: 'security-hub' } as const] : []),
  ];
  return [...notifications, ...switched.filter(({ to }) => !notifications.some(listed => listed.to === to))];
};

/** Thrown for a configuration that cannot be used; the message names the key and what it allows. */
export const ConfigurationInvalid = namedError('ConfigurationInvalid', 'configuration-invalid');

/** Refuses to deploy a configuration that does not say who reads the auditor's own alarms: alarms that ring for nobody
 *  look like health. Throws `ConfigurationInvalid`. */
export const requireOperations = (configuration: Configuration): Configuration => {
  if (configuration.operations !== undefined) return configuration;
  throw new ConfigurationInvalid(
    'operations: got nothing, wanted who reads the alarms about the auditor itself, such as {"to": "email", "addresses": ["ops@example.com"]}, or "none"',
  );
};

/** Reads a configuration from JSON text. `source` names the file in messages. Throws `ConfigurationInvalid`. */
export const parseConfiguration = (text: string, source: string): Configuration => {
  const document = documentOf(text, source);
  const result = configurationSchema.safeParse(document);
  if (result.success) return requireWhole(requireOrganization(result.data, source), source);
  const faults = result.error.issues.map(issue => faultSentence(issue, document));
  throw new ConfigurationInvalid(visible(`${source}: ${faults.join('; ')}`));
};

/** Other accounts may send events only as members of an organization: a bus that takes them from anybody takes lies. */
const requireOrganization = (configuration: Configuration, source: string): Configuration => {
  const { accounts, fastLane } = configuration;
  if (!fastLane.enabled || accounts.from === 'self' || fastLane.organizationId !== undefined) return configuration;
  throw new ConfigurationInvalid(
    `${source}: fastLane.organizationId: got nothing, wanted the id of the organization whose accounts may send events, such as o-a1b2c3d4e5`,
  );
};

/** Refuses choices that do not fit together, or that AWS cannot hold. Throws `ConfigurationInvalid`. */
const requireWhole = (configuration: Configuration, source: string): Configuration => {
  const { notifications, regions } = configuration;
  const fault = emailFault(notifications) ?? partitionFault(regions) ?? keptTooShort(configuration);
  if (fault === undefined) return configuration;
  throw new ConfigurationInvalid(visible(`${source}: ${fault}`));
};

/** Some editors put a byte order mark first, which JSON.parse does not take. */
const documentOf = (text: string, source: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    throw new ConfigurationInvalid(visible(`${source} is not JSON: ${String(cause)}`), { cause });
  }
};

/** The severities that a configuration may name, worst first: for layers that do not see the core. */
export { severities };

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/**
 * The time between two runs in minutes, as far as an expression tells without a calendar: every `rate`, and a `cron`
 * that runs each day (the longest gap is then at most a day). Undefined for the rest.
 */
export const periodOf = (expression: string): number | undefined => {
  const [, count, unit = ''] = /^rate\((\d+) ([a-z]+?)s?\)$/.exec(expression) ?? [];
  const each = minutesOf[unit];
  if (each !== undefined) return Number(count) * each;
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  const everyDay = fields.slice(2).every(field => field === '*' || field === '?');
  return fields.length === 6 && everyDay ? 1440 : undefined;
};

/** CloudWatch looks back seven days at the most, and an alarm on a missing run takes two periods. */
const longestPeriod = 84 * 60;

/** The minutes between two runs where an alarm can tell that one is missing; undefined where none can. */
export const watchedPeriod = ({ schedule }: Pick<Configuration, 'schedule'>): number | undefined => {
  const period = periodOf(schedule.expression);
  return schedule.enabled && period !== undefined && period <= longestPeriod ? period : undefined;
};
