import type { Message } from '../../text/message.ts';
import { spelledOut } from '../../text/visible-text.ts';
import { failures } from '../failure.ts';
import type { SubjectFault } from './trust-subject-malformed-fault.ts';

/** What the rule says, by message id. */
export const fail = failures({
  empty: ['subject is malformed', 'role {role} compares the subject with an empty value'],
  placeholder: [
    'subject is malformed',
    'subject {subject} of role {role} contains a template placeholder that was not filled in',
  ],
  'white-space': ['subject is malformed', 'subject {subject} of role {role} contains white space'],
  prefix: ['subject is malformed', 'subject {subject} of role {role} does not begin with system:serviceaccount:'],
  form: [
    'subject is malformed',
    'subject {subject} of role {role} does not have the form system:serviceaccount:<namespace>:<name>',
  ],
  'empty-name': ['subject is malformed', 'subject {subject} of role {role} has an empty {part} name'],
  'upper-case': ['subject is malformed', 'subject {subject} of role {role} has upper case letters in the {part} name'],
  'invalid-name': [
    'subject is malformed',
    'subject {subject} of role {role} has a {part} name that Kubernetes does not allow',
  ],
  'long-name': [
    'subject is malformed',
    'subject {subject} of role {role} has a {part} name of {length} characters; {max} are allowed',
  ],
  pattern: [
    'subject is malformed',
    'pattern {subject} of role {role} matches no subject that a service account can have',
  ],
});

/** The message of a fault. */
export const saidOf = (role: string, value: string, fault: SubjectFault): Message => {
  const known = { role, subject: spelledOut(value) };
  switch (fault.kind) {
    case 'long-name':
      return fail['long-name']({ ...known, part: fault.part, length: fault.length, max: fault.max }).message;
    case 'empty-name':
    case 'upper-case':
    case 'invalid-name':
      return fail[fault.kind]({ ...known, part: fault.part }).message;
    default:
      return fail[fault.kind](known).message;
  }
};
