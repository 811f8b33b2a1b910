/** The fault in the text of a role annotation. The webhook injects it all the same: its own pattern is a log line
 *  (docs/facts.md §D.1), and STS then refuses it. */
import { lengthBeforeCut, type MessageData } from '../text.ts';

/** Every fault by its id, as a clause that says what the text is or has. */
export const roleArnFaults = {
  empty: 'it is empty, so pods get no role',
  blank: 'it is blank',
  'too-long': 'it has {length:character}, and an ARN has at most {max}',
  'white-space': 'it contains white space or an invisible character',
  quotes: 'it contains quotation marks',
  template: 'it contains a placeholder that was not filled in',
  'several-arns': 'it contains more than one ARN',
  'upper-case': '`arn`, partition, service and `role` must be lower case',
  'name-only': 'it is a name, not an ARN',
  'no-arn': 'it does not start with `arn:`',
  session: 'it is the ARN of a session of role {roleName}',
  service: 'its service is "{service}", not "iam"',
  'missing-colon': 'missing colon',
  'extra-colon': 'extra colon',
  region: 'it contains the region "{region}": role ARNs have no region',
  'account-missing': 'the account ID is missing',
  'account-digits': 'the account ID {accountId} has {digits:digit}, not 12',
  'account-text': 'the account ID is "{accountId}", not 12 digits',
  'resource-type': 'it names a resource of type "{type}", not a role',
  'resource-missing': 'it names no resource',
  'role-name-missing': 'the role name is missing',
  'role-name': 'the role name or path contains a character that IAM does not allow, or is too long',
  partition: 'its partition is {partition}, and the cluster’s is {wanted}',
} as const;

/** The id of a fault. */
type RoleArnFaultId = keyof typeof roleArnFaults;

/** One fault with its values. */
export interface RoleArnFault {
  readonly id: RoleArnFaultId;
  readonly data: MessageData;
  /** The well-formed ARN that the text stands for; only where nothing had to be guessed. */
  readonly corrected?: string;
}

/** Characters of an ARN (IAM API reference, `arnType`). Longer texts are not looked into. */
const maxLength = 2048;

const wellFormed = /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/(?:[\x21-\x39\x3b-\x7e]+\/)?[\w+=,.@-]{1,64}$/;

/** The form of a role's ARN as a regular expression, in the syntax of RE2, and the most characters that it may have. */
export const roleArnForm = { pattern: wellFormed.source.replaceAll('\\/', '/'), maxLength } as const;

/** True for `arn:<partition>:iam::<12 digits>:role/<path><name>`. */
export const isRoleArn = (text: string): boolean => text.length <= maxLength && wellFormed.test(text);

/**
 * The first fault of a role annotation, undefined if it has the form of a role ARN in the cluster's partition. `partition`
 * is undefined where the cluster’s is not known, and every partition will do.
 */
export const roleArnFault = (text: string, partition: string | undefined): RoleArnFault | undefined => {
  const length = lengthBeforeCut(text) ?? text.length;
  if (length > maxLength) return { id: 'too-long', data: { length, max: maxLength } };
  if (isRoleArn(text)) return partitionFault(text, partition);
  for (const find of finders) {
    const fault = find(text);
    if (fault) return withCorrected(fault, partition);
  }
  return { id: 'role-name', data: {} };
};

/** A correction that is not well-formed, or of another partition, corrects nothing. */
const withCorrected = (fault: RoleArnFault, partition: string | undefined): RoleArnFault => {
  const { corrected, ...rest } = fault;
  const isCorrect = corrected !== undefined && isRoleArn(corrected) && !partitionFault(corrected, partition);
  return isCorrect ? fault : rest;
};

const partitionFault = (text: string, wanted: string | undefined): RoleArnFault | undefined => {
  const [, partition = ''] = text.split(':');
  return wanted === undefined || partition === wanted ? undefined : { id: 'partition', data: { partition, wanted } };
};

type Find = (text: string) => RoleArnFault | undefined;

const invisible = '\\s\\u200b-\\u200d\\ufeff';
const anyInvisible = new RegExp(`[${invisible}]`);
const invisibleEdges = new RegExp(`^[${invisible}]+|[${invisible}]+$`, 'g');

const blank: Find = text => {
  if (text === '') return { id: 'empty', data: {} };
  return text.replace(invisibleEdges, '') === '' ? { id: 'blank', data: {} } : undefined;
};

const template: Find = text =>
  /\$\{|\{\{|\$\(|<[^<>]*>|^\$\w+|%\w+%/.test(text) ? { id: 'template', data: {} } : undefined;

/** A list, where the annotation takes one role. */
const several: Find = text => (/arn:.*\barn:/s.test(text) ? { id: 'several-arns', data: {} } : undefined);

/** White space inside a name may stand for anything: only that around the text is taken away. */
const whiteSpace: Find = text =>
  anyInvisible.test(text)
    ? { id: 'white-space', data: {}, corrected: text.replace(invisibleEdges, '').replace(/[\u200b-\u200d\ufeff]/g, '') }
    : undefined;

const quotes: Find = text =>
  /["'`“”‘’]/.test(text) ? { id: 'quotes', data: {}, corrected: text.replace(/["'`“”‘’]/g, '') } : undefined;

const upperCase: Find = text =>
  /^arn:/i.test(text) && !text.startsWith('arn:')
    ? {
        id: 'upper-case',
        data: {},
        corrected: text.replace(/^([^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^/]*)/, head => head.toLowerCase()),
      }
    : undefined;

const notAnArn: Find = text => {
  if (text.startsWith('arn:')) return undefined;
  return { id: /^[\w+=,.@/-]+$/.test(text) ? 'name-only' : 'no-arn', data: {} };
};

/** A session's ARN has the role's name and not its path: what role it is does not follow from the text. */
const wrongService: Find = text => {
  const [, , service = '', , , ...rest] = text.split(':');
  if (service === 'iam') return undefined;
  const roleName = /^assumed-role\/([^/]+)/.exec(rest.join(':'))?.[1];
  return service === 'sts' && roleName !== undefined
    ? { id: 'session', data: { roleName } }
    : { id: 'service', data: { service } };
};

const colons: Find = text => {
  const parts = text.split(':');
  if (parts.length === 6) return undefined;
  const digits = parts.find(part => /^\d{12}$/.test(part));
  const [role] = parts.slice(-1);
  const corrected = digits === undefined ? {} : { corrected: `arn:${parts[1]}:iam::${digits}:${role}` };
  return { id: parts.length < 6 ? 'missing-colon' : 'extra-colon', data: {}, ...corrected };
};

const region: Find = text => {
  const [arn, partition, service, written, ...rest] = text.split(':');
  return written
    ? { id: 'region', data: { region: written }, corrected: [arn, partition, service, '', ...rest].join(':') }
    : undefined;
};

const account: Find = text => {
  const [, , , , accountId = ''] = text.split(':');
  if (/^\d{12}$/.test(accountId)) return undefined;
  if (accountId === '') return { id: 'account-missing', data: {} };
  return /^\d+$/.test(accountId)
    ? { id: 'account-digits', data: { accountId, digits: accountId.length } }
    : { id: 'account-text', data: { accountId } };
};

const resource: Find = text => {
  const [, , , , , written = ''] = text.split(':');
  const [type = '', ...name] = written.split('/');
  if (type === '') return { id: 'resource-missing', data: {} };
  if (type !== 'role') return { id: 'resource-type', data: { type } };
  return name.join('/') === '' || written.endsWith('/') ? { id: 'role-name-missing', data: {} } : undefined;
};

const finders: readonly Find[] = [
  blank,
  template,
  several,
  whiteSpace,
  quotes,
  upperCase,
  notAnArn,
  wrongService,
  colons,
  region,
  account,
  resource,
];
