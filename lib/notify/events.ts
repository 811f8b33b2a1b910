import type { Digest, FactChange, Transition } from '../core/drift/transition.ts';
import { namesOf } from '../core/model/finding.ts';
import { openOf } from '../core/report/digest-json.ts';

/** Version of the published schemas: docs/schema/event.json and docs/schema/webhook.json. */
const eventSchemaVersion = 1;

/** The `detail` of an EventBridge event: one transition of one finding. */
export const transitionEvent = (digest: Digest, { kind, at, summary, before, after }: Transition): object => {
  const { finding } = after;
  return {
    schemaVersion: eventSchemaVersion,
    digestId: digest.id,
    runId: digest.runId,
    transition: kind,
    at,
    summary,
    status: after.status,
    findingId: finding.id,
    ruleId: finding.ruleId,
    impact: finding.impact,
    severity: finding.severity,
    ...(before === undefined ? {} : { severityBefore: before.finding.severity }),
    subject: finding.subject,
    accountId: finding.accountId,
    ...optional(namesOf(finding)),
    message: finding.message,
    fix: { summary: finding.fix.summary, commands: finding.fix.commands },
    firstSeenAt: after.firstSeenAt,
  };
};

/** The body of a signed webhook: a whole digest, every transition as in an event. */
export const webhookBody = (digest: Digest): object => ({
  schemaVersion: eventSchemaVersion,
  type: 'irsa-auditor.digest',
  id: digest.id,
  runId: digest.runId,
  at: digest.at,
  transitions: digest.transitions.map(transition => transitionEvent(digest, transition)),
  factChanges: digest.factChanges.map(factChangeOf),
  openBySeverity: digest.openBySeverity,
  gaps: digest.gaps,
  links: digest.links,
  ...(digest.stillOpen === undefined ? {} : { stillOpen: openOf(digest.stillOpen) }),
});

const factChangeOf = ({ kind, subject, accountId, before, after, at }: FactChange): object => ({
  kind,
  subject,
  accountId,
  ...optional({ before, after }),
  at,
});

const optional = (fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));
