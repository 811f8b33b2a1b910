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

/** Whether some service account could have this subject. */
export const isAccountSubject = (subject: string): boolean => accountOfSubject(subject) !== undefined;
