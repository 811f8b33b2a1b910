import type { StatementSubject } from '../../facts/subjects.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Message } from '../../text/message.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { readAt } from './statement/statement-view.ts';

/** What the rule says, by message id. */
export const fail = failures({
  'depends-on-request': [
    'cannot be decided',
    'who can assume role {role} also depends on {key}, which differs from request to request',
  ],
  undocumented: [
    'cannot be decided',
    'AWS does not document how the test {operator} on {key} of role {role} is decided',
  ],
  'unknown-operator': [
    'cannot be decided',
    'role {role} uses {operator}, which is not a documented condition operator',
  ],
  element: [
    'cannot be decided',
    'the trust policy of role {role} has an element or value that a trust policy cannot have',
  ],
  version: ['cannot be decided', 'the trust policy of role {role} has a Version that IAM does not document'],
  'key-case': [
    'cannot be decided',
    'condition keys of role {role} differ only in case: how IAM combines them is not documented',
  ],
  refused: ['cannot be decided', 'the trust policy of role {role} is one that IAM refuses to save'],
});

/** A failure of the rule: what is in doubt, and why. */
export const failureOf = (
  subject: StatementSubject,
  discriminator: string,
  said: Message,
  at: SourceLocation,
  because: string,
): Failure => ({
  discriminator,
  at,
  ...said,
  evidence: [{ what: because, got: discriminator, ...readAt(subject, at) }],
  fix: {
    summary: `Decide by subject and audience alone in ${subject.label} of ${subject.role.name}.`,
    steps: [],
    choice: `What ${discriminator} is for: without it more service accounts may be able to assume the role.`,
  },
});
