/** Names of namespaces and service accounts as Kubernetes allows them (docs/facts.md §A.9). */
import { spelledOut } from '../../../text/visible-text.ts';

const prefix = 'system:serviceaccount:';
const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

const split = (subject: string): { readonly namespace: string; readonly name: string } | undefined => {
  const [namespace, name, ...rest] = subject.slice(prefix.length).split(':');
  return namespace !== undefined && name !== undefined && rest.length === 0 ? { namespace, name } : undefined;
};

/** Why no service account can have this subject, to follow "the subject … "; undefined if one can. */
export const subjectFault = (subject: string): string | undefined => {
  if (subject === '') return 'is empty';
  if (/\s/.test(subject)) return `contains white space ("${spelledOut(subject)}")`;
  if (!subject.startsWith(prefix)) return `does not begin with ${prefix}`;
  const account = split(subject);
  if (!account) return `is not ${prefix}<namespace>:<name>`;
  return (
    nameFault('namespace', account.namespace, label, 63) ?? nameFault('service account', account.name, subdomain, 253)
  );
};

const nameFault = (what: string, name: string, form: RegExp, most: number): string | undefined => {
  if (name === '') return `has an empty ${what} name`;
  if (name.length > most) return `has a ${what} name of ${name.length} characters, more than ${most}`;
  if (/[A-Z]/.test(name)) return `has upper case in the ${what} name ${name}`;
  return form.test(name) ? undefined : `has the ${what} name "${spelledOut(name)}", which Kubernetes does not allow`;
};

/** The subject that a malformed one most likely means: trimmed, lower case, the prefix put right. Undefined if none. */
export const nearestSubject = (written: string): string | undefined => {
  const bare = written.replace(/\s|[\u200b\u200c\u2060\ufeff"']|\u200d/g, '').toLowerCase();
  const tail = bare.replace(/^(?:system[:/])?(?:service-?accounts?|sa|serviceacount)[:/]/, '');
  const parts = tail.split(/[:/]/);
  for (const candidate of [bare, `${prefix}${parts.join(':')}`]) {
    if (candidate !== written && subjectFault(candidate) === undefined) return candidate;
  }
  return undefined;
};
