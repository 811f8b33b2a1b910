import type { Digest, FactChange, Transition } from '../history/transition.ts';
import { placeNamesOf } from '../model.ts';
import { fixFor } from '../plan/chosen-fix.ts';
import { coverageDocument, openDocument } from '../report/digest/digest-json.ts';
import { cut, given } from '../text.ts';

/** Version of the published schemas: docs/schema/event.json and docs/schema/webhook.json. */
const eventSchemaVersion = 1;

/** Bytes of one event: EventBridge takes 256 KB. */
const maxEvent = 200 * 1024;
/** Characters of a text in an event that would be longer. */
const maxText = 2000;

/** The `detail` of an EventBridge event: one transition of one finding. One that is too long has its texts cut and its
 *  commands left out: half a command must not be pasted. */
export const transitionEvent = (digest: Digest, transition: Transition): object => {
  const event = wholeEvent(digest, transition);
  if (Buffer.byteLength(JSON.stringify(event)) <= maxEvent) return event;
  const texts = Object.entries(event).map(([key, value]) => [
    key,
    typeof value === 'string' ? cut(value, maxText) : value,
  ]);
  return {
    ...Object.fromEntries(texts),
    fix: { summary: cut(transition.after.finding.fix.summary, maxText), commands: [] },
  };
};

const wholeEvent = (digest: Digest, { kind, at, summary, before, after, changedBy }: Transition): object => {
  const { finding } = after;
  return {
    schemaVersion: eventSchemaVersion,
    digestId: digest.id,
    runId: digest.runId,
    transition: kind,
    at,
    summary,
    status: after.status,
    ...given({ explainedBy: after.explainedBy }),
    findingId: finding.id,
    ruleId: finding.ruleId,
    impact: finding.impact,
    severity: finding.severity,
    ...given({ severityBefore: before?.finding.severity }),
    subject: finding.subject,
    accountId: finding.accountId,
    ...optional(placeNamesOf(finding)),
    message: finding.message,
    fix: {
      summary: finding.fix.summary,
      ...given({ choice: finding.fix.choice }),
      commands: fixFor(finding.fix).commands,
    },
    firstSeenAt: after.firstSeenAt,
    ...given({ changedBy }),
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
  ...(digest.coverage === undefined ? {} : { coverage: coverageDocument(digest.coverage) }),
  ...given({ notes: digest.notes }),
  links: digest.links,
  ...(digest.stillOpen === undefined ? {} : { stillOpen: openDocument(digest.stillOpen) }),
});

const factChangeOf = ({ kind, subject, accountId, before, after, at, clusterName, changedBy }: FactChange): object => ({
  kind,
  subject,
  accountId,
  ...optional({ before, after, clusterName }),
  at,
  ...given({ changedBy }),
});

const optional = (fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));
