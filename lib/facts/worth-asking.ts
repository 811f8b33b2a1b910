/** Whether the services that a role never called say anything: of a new role, or of one that nobody uses, they do not. */
import type { Role } from '../model.ts';

const dayMs = 86_400_000;

/** The answer. `new`, `not-in-use` (role-unused tells it) and `unknown`: the role is not asked about. */
type WorthAsking =
  | { readonly verdict: 'ask' | 'new' | 'not-in-use' }
  | { readonly verdict: 'unknown'; readonly missing: string };

/** `days`: a role that was created within them is new, and one that was not used within them is not in use. */
export const worthAsking = ({ name, createdAt, detail }: Role, now: string, days: number): WorthAsking => {
  const since = Date.parse(now) - days * dayMs;
  const created = Date.parse(createdAt ?? '');
  if (Number.isNaN(created)) return { verdict: 'unknown', missing: `when role ${name} was created` };
  if (created > since) return { verdict: 'new' };
  if (detail.status === 'unavailable') return { verdict: 'unknown', missing: `when role ${name} was last used` };
  const { lastUsedAt } = detail.value;
  return { verdict: lastUsedAt !== undefined && Date.parse(lastUsedAt) > since ? 'ask' : 'not-in-use' };
};
