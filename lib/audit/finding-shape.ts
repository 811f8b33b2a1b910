import * as z from 'zod';
import { articleSteps, type Finding, impacts, severities } from '../model/finding.ts';
import { managingTools } from '../model/manager.ts';
import { currentRuleId } from '../rules/former-ids.ts';
import { stepShape } from './step-shape.ts';

const text = z.string();
const optional = z.exactOptional(text);
const data = z.record(text, z.union([text, z.number(), z.array(text)]));
const replaced = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trust-policy'), roleArn: text }),
  z.object({ kind: z.literal('thumbprints'), providerArn: text }),
]);
const managers = z.exactOptional(z.array(z.object({ tool: z.enum(managingTools), name: optional })));
/** What an earlier version wrote under a former id is read under the current one. */
const ruleId = text.transform(currentRuleId);
const location = z.exactOptional(z.object({ line: z.int().min(1), column: z.int().min(1) }));

/**
 * A finding as it is written and read again: in the table (`lib/store`), and in a report that is a baseline (`lib/cli`).
 * The one description of its form; the compiler compares it with the model.
 */
export const findingShape = z.object({
  id: text,
  ruleId,
  subject: text,
  discriminator: text,
  impact: z.enum(impacts),
  severity: z.enum(severities),
  articleStep: z.exactOptional(z.enum(articleSteps)),
  // Findings that version 0.1 wrote have text alone.
  messageId: text.default(''),
  data: data.default({}),
  volatile: z.exactOptional(z.array(text)),
  message: text,
  evidence: z.array(
    z.object({
      what: text,
      got: text,
      wanted: optional,
      readFrom: text,
      at: location,
      data: z.exactOptional(data),
      volatile: z.exactOptional(z.literal(true)),
    }),
  ),
  podError: optional,
  fix: z.object({
    summary: text,
    commands: z.array(text),
    steps: z.exactOptional(z.array(stepShape)),
    replaces: z.exactOptional(replaced),
    managers,
    choice: optional,
    alternatives: z.exactOptional(
      z.array(z.object({ summary: text, steps: z.array(stepShape), choice: optional, managers })),
    ),
    terraform: optional,
    cdk: optional,
  }),
  explains: z.array(z.object({ id: optional, ruleId, subject: text, discriminator: optional, message: text })),
  waiver: z.exactOptional(
    z.object({ reason: text, owner: text, expires: text, upTo: z.exactOptional(z.enum(severities)) }),
  ),
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
}) satisfies z.ZodType<Finding>;
