import * as z from 'zod';
import type { AccountName } from '../../policy/who/service-account-subject.ts';
import { UsageError } from '../shell/io.ts';

const named = z.object({ namespace: z.string().min(1), name: z.string().min(1) });
const listed = z.object({ items: z.array(z.object({ metadata: named })) });
const json = z.union([
  z.array(z.union([z.string(), named])),
  listed.transform(list => list.items.map(item => item.metadata)),
]);

/**
 * Existing service accounts from a file: lines `namespace/name`, a JSON array of these or of `{namespace, name}`, or what
 * `kubectl get serviceaccounts -A -o json` prints. Throws `UsageError` for anything else.
 */
export const readAccounts = (text: string): readonly AccountName[] => {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return trimmed === '' ? [] : trimmed.split(/\s+/).map(accountOf);
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch (cause) {
    throw new UsageError('--accounts begins like JSON and is not valid JSON', { cause });
  }
  const parsed = json.safeParse(value);
  if (!parsed.success)
    throw new UsageError('--accounts holds JSON that is neither a list of accounts nor a list from kubectl');
  return parsed.data.map(entry => (typeof entry === 'string' ? accountOf(entry) : entry));
};

const accountOf = (text: string): AccountName => {
  const [namespace, name, more] = text.split('/');
  if (!namespace || !name || more !== undefined)
    throw new UsageError(`--accounts has ${JSON.stringify(text.slice(0, 100))}, wanted <namespace>/<name>`);
  return { namespace, name };
};
