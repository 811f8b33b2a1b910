/** What is wrong with the text of a role annotation. The webhook injects it all the same: its own pattern is a log line
 *  (docs/facts.md §D.1), and STS then refuses it. */
import { lengthBeforeCut } from '../text/cut-mark.ts';

/** One fault: which part, in words, and what was plainly meant, where that follows from the text alone. */
export interface RoleArnFault {
  readonly part: string;
  readonly message: string;
  /** A well-formed ARN; only where nothing had to be guessed. */
  readonly meant?: string;
}

/** Characters of an ARN (IAM API reference, `arnType`). Longer texts are not looked into. */
const maxLength = 2048;
const wellFormed = /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/(?:[\x21-\x39\x3b-\x7e]+\/)?[\w+=,.@-]{1,64}$/;

/** True for `arn:<partition>:iam::<12 digits>:role/<path><name>`. */
export const isRoleArn = (text: string): boolean => text.length <= maxLength && wellFormed.test(text);

/**
 * The first fault of a role annotation, undefined if it has the form of a role ARN in the cluster's partition. `partition`
 * is undefined where the cluster’s is not known, and every partition will do.
 */
export const roleArnFault = (text: string, partition: string | undefined): RoleArnFault | undefined => {
  if (text === '') return { part: 'value', message: 'it is empty, so that the webhook injects nothing' };
  const length = lengthBeforeCut(text) ?? text.length;
  if (length > maxLength)
    return { part: 'length', message: `it has ${length} characters, and an ARN at most ${maxLength}` };
  if (isRoleArn(text)) return partitionFault(text, partition);
  for (const find of [
    whiteSpace,
    quotes,
    template,
    upperCase,
    notAnArn,
    wrongService,
    colons,
    region,
    account,
    resource,
  ]) {
    const fault = find(text);
    if (fault) return withMeant(fault, partition);
  }
  return {
    part: 'role name',
    message: 'the role’s name or path has a character that IAM does not allow, or is too long',
  };
};

/** A fault whose `meant` is not well-formed, or of another partition, means nothing. */
const withMeant = ({ part, message, meant }: RoleArnFault, partition: string | undefined): RoleArnFault =>
  meant !== undefined && roleArnFault(meant, partition) === undefined ? { part, message, meant } : { part, message };

type Find = (text: string) => RoleArnFault | undefined;

const partitionFault = (text: string, partition: string | undefined): RoleArnFault | undefined => {
  const [, written] = text.split(':');
  if (partition === undefined || written === partition) return undefined;
  return {
    part: 'partition',
    message: `its partition is ${written}, the cluster’s is ${partition}: a role of another partition cannot be assumed`,
  };
};

const whiteSpace: Find = text =>
  /\s/.test(text) || /[\u200b-\u200d\ufeff]/.test(text)
    ? {
        part: 'white space',
        message: text.trim() === '' ? 'it is blank' : 'it has white space or an invisible character in it',
        meant: text.replace(/[\s\u200b-\u200d\ufeff]+/g, ''),
      }
    : undefined;

const quotes: Find = text =>
  /["'`“”‘’]/.test(text)
    ? { part: 'quotes', message: 'it has quotation marks in it', meant: text.replace(/["'`“”‘’]/g, '') }
    : undefined;

const template: Find = text =>
  /\$\{|\{\{|\$\(|<[^<>]*>|^\$\w+|%\w+%/.test(text)
    ? { part: 'template', message: 'it is a template that nobody filled in' }
    : undefined;

const upperCase: Find = text =>
  /^arn:/i.test(text) && !text.startsWith('arn:')
    ? {
        part: 'case',
        message: '`arn`, partition, service and `role` are written in lower case',
        meant: text.replace(/^([^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^/]*)/, head => head.toLowerCase()),
      }
    : undefined;

const notAnArn: Find = text => {
  if (text.startsWith('arn:')) return undefined;
  const word = /^[\w+=,.@/-]+$/.test(text) ? 'it is a name, not an ARN' : 'it does not begin with `arn:`';
  return { part: 'arn', message: `${word}: the webhook of EKS does not complete it` };
};

const wrongService: Find = text => {
  const [, partition, service = '', , accountId, ...rest] = text.split(':');
  if (service === 'iam') return undefined;
  const name = /^assumed-role\/([^/]+)\//.exec(rest.join(':'))?.[1];
  return service === 'sts' && name !== undefined
    ? {
        part: 'service',
        message: `it is the ARN of a session of the role ${name}, not of the role`,
        meant: `arn:${partition}:iam::${accountId}:role/${name}`,
      }
    : { part: 'service', message: `its service is ${JSON.stringify(service)}, a role’s is "iam"` };
};

const colons: Find = text => {
  const parts = text.split(':');
  if (parts.length === 6) return undefined;
  const digits = parts.find(part => /^\d{12}$/.test(part));
  const [role] = parts.slice(-1);
  const meant = digits === undefined ? {} : { meant: `arn:${parts[1]}:iam::${digits}:${role}` };
  const which = parts.length < 6 ? 'too few colons' : 'too many colons';
  return { part: 'colons', message: `it has ${which}: an ARN of a role has five, two of them together`, ...meant };
};

const region: Find = text => {
  const [arn, partition, service, written, ...rest] = text.split(':');
  return written
    ? {
        part: 'region',
        message: `it has ${JSON.stringify(written)} where a role’s ARN has nothing: IAM has no regions`,
        meant: [arn, partition, service, '', ...rest].join(':'),
      }
    : undefined;
};

const account: Find = text => {
  const [, , , , written = ''] = text.split(':');
  if (/^\d{12}$/.test(written)) return undefined;
  if (written === '') return { part: 'account', message: 'the account is missing' };
  return /^\d+$/.test(written)
    ? { part: 'account', message: `the account ${written} has ${written.length} digits, not 12` }
    : { part: 'account', message: `the account is ${JSON.stringify(written)}, not 12 digits` };
};

const resource: Find = text => {
  const [, , , , , written = ''] = text.split(':');
  const [type = '', ...name] = written.split('/');
  if (type !== 'role') return { part: 'resource', message: `it names ${article(type)}, not a role` };
  return name.join('/') === '' || written.endsWith('/')
    ? { part: 'role name', message: 'the role’s name is missing' }
    : undefined;
};

const article = (type: string): string =>
  type === '' ? 'nothing' : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type.replaceAll('-', ' ')}`;
