/** The read-only role of member accounts, as data: the CDK stack and the plain template are made from the same. */
import { type Feature, memberPermissions } from './permissions.ts';
import { auditedArnsOf } from './resource-arns.ts';

/** One statement of an identity policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** What the role may do in its account: exactly what is read of an audited account, nothing else. */
export const memberStatements = (
  features: ReadonlySet<Feature>,
  parts: { readonly partition: string; readonly accountId: string },
): readonly Statement[] =>
  memberPermissions(features).map((permission, index) => ({
    Sid: `Read${index + 1}`,
    Effect: 'Allow',
    Action: permission.actions,
    Resource: permission.on.flatMap(name => auditedArnsOf(name, parts)),
  }));

/** The roles of the auditor that may assume it, by name. */
export const assumersOf = (name: string, partition: string, auditorAccountId: string): readonly string[] =>
  ['collect-account', 'collect-cluster'].map(step => `arn:${partition}:iam::${auditorAccountId}:role/${name}-${step}`);
