import { wildcardGlob } from '../../../trust/language/glob.ts';
import { shortestSubject } from '../../../trust/language/shortest-subject.ts';

/** Why no service account can match a pattern, to follow "the subject … "; undefined if one can, or where the pattern is
 *  too large to tell. */
export const patternFault = (pattern: string): string | undefined => {
  if (shortestSubject({ kind: 'matches', glob: wildcardGlob(pattern) }).kind !== 'none') return undefined;
  if (/\s/.test(pattern)) return 'contains white space';
  if (/[A-Z]/.test(pattern)) return 'has upper case, which no namespace or service account name has';
  return 'is a pattern that no subject of the form system:serviceaccount:<namespace>:<name> matches';
};
