import { maxNameLength, maxNamespaceLength, subjectPrefix } from './subject-grammar.ts';

/** Namespace and name of a service account. */
export interface AccountName {
  readonly namespace: string;
  readonly name: string;
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const subjectPattern = new RegExp(`^${subjectPrefix}(${label}):(${label}(?:\\.${label})*)$`);

/** The service account that a token's subject names; undefined for a text that no service account can have as subject
 *  (Kubernetes: a namespace is a DNS label, a service account's name a DNS subdomain). */
export const accountOfSubject = (subject: string): AccountName | undefined => {
  const match = subject.length > 400 ? null : subjectPattern.exec(subject);
  const [, namespace, name] = match ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  return namespace.length <= maxNamespaceLength && name.length <= maxNameLength ? { namespace, name } : undefined;
};

/** Namespace and name as a subject has them, whether or not a service account can have these; undefined for a text of
 *  another form. */
export const partsOfSubject = (subject: string): AccountName | undefined => {
  if (!subject.startsWith(subjectPrefix)) return undefined;
  const [namespace, name, ...rest] = subject.slice(subjectPrefix.length).split(':');
  return namespace && name && rest.length === 0 ? { namespace, name } : undefined;
};

/** How the service account of a subject is named in messages: `orders/refund`; any other subject as it is. */
export const accountText = (subject: string): string => {
  const account = accountOfSubject(subject);
  return account ? `${account.namespace}/${account.name}` : subject;
};

/** Whether some service account could have this subject. */
export const isAccountSubject = (subject: string): boolean => accountOfSubject(subject) !== undefined;
