import { isPlaceholder } from './condition-keys.ts';
import { accountOfSubject } from './service-account-subject.ts';

const prefix = 'system:serviceaccount:';

/** The subject that a malformed one most likely stands for: trimmed, in lower case, with the right prefix. Undefined if
 *  it is not plain. */
export const nearestSubject = (written: string): string | undefined => {
  if (isPlaceholder(written)) return undefined;
  const bare = written.replace(/\s|[\u200b\u200c\u2060\ufeff"']|\u200d/g, '').toLowerCase();
  const tail = bare.replace(/^(?:system[:/])?(?:service-?accounts?|sa|serviceacount)[:/]/, '');
  const parts = tail.split(/[:/]/);
  return [bare, `${prefix}${parts.join(':')}`].find(
    candidate => candidate !== written && accountOfSubject(candidate) !== undefined,
  );
};
