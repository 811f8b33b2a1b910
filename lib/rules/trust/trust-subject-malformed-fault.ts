/** Names of namespaces and service accounts as Kubernetes allows them (docs/facts.md §A.9). */

import { wildcardGlob } from '../../policy/decide/glob.ts';
import type { Budget } from '../../policy/who/budget.ts';
import { isPlaceholder } from '../../policy/who/condition-keys.ts';
import { hasSubject } from '../../policy/who/shortest-subject.ts';

const prefix = 'system:serviceaccount:';
const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Why no service account can have a subject, or match a pattern. */
export type SubjectFault =
  | { readonly kind: 'empty' | 'placeholder' | 'white-space' | 'prefix' | 'form' | 'pattern' }
  | { readonly kind: 'empty-name' | 'upper-case' | 'invalid-name'; readonly part: NamePart }
  | { readonly kind: 'long-name'; readonly part: NamePart; readonly length: number; readonly max: number };

type NamePart = 'namespace' | 'service account';

/** Why no service account can have this subject; undefined if one can. */
export const subjectFault = (subject: string): SubjectFault | undefined => {
  if (subject === '') return { kind: 'empty' };
  if (isPlaceholder(subject)) return { kind: 'placeholder' };
  if (/\s/.test(subject)) return { kind: 'white-space' };
  if (!subject.startsWith(prefix)) return { kind: 'prefix' };
  const [namespace, name, ...rest] = subject.slice(prefix.length).split(':');
  if (namespace === undefined || name === undefined || rest.length > 0) return { kind: 'form' };
  return nameFault('namespace', namespace, label, 63) ?? nameFault('service account', name, subdomain, 253);
};

const nameFault = (part: NamePart, name: string, form: RegExp, max: number): SubjectFault | undefined => {
  if (name === '') return { kind: 'empty-name', part };
  if (name.length > max) return { kind: 'long-name', part, length: name.length, max };
  if (/[A-Z]/.test(name)) return { kind: 'upper-case', part };
  return form.test(name) ? undefined : { kind: 'invalid-name', part };
};

/** Why no service account can match a pattern; undefined if one can, or where the pattern is too large to tell. */
export const patternFault = (pattern: string, budget: Budget): SubjectFault | undefined => {
  if (hasSubject({ kind: 'matches', glob: wildcardGlob(pattern) }, budget) !== false) return undefined;
  if (isPlaceholder(pattern)) return { kind: 'placeholder' };
  return /\s/.test(pattern) ? { kind: 'white-space' } : { kind: 'pattern' };
};
