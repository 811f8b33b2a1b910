/** Policies changed on purpose, and the recorded requests judged again: no process runs for it. For tests only. */
import { judge, type Law } from '../../../sandbox/door/judge.ts';
import type { Recorded } from '../../../sandbox/door/start-door.ts';

/** A law without one statement of a role. */
export interface Dropped {
  readonly role: string;
  readonly statement: string;
  readonly law: Law;
}

/** Each law that lacks one statement of one role. */
export const dropped = (law: Law): readonly Dropped[] =>
  [...law.policies.identity].flatMap(([role, documents]) =>
    documents.flatMap(({ name, policy }, at) =>
      policy.Statement.map((statement, index) => {
        const Statement = policy.Statement.filter((_, each) => each !== index);
        const changed = documents.flatMap((each, other) =>
          other !== at ? [each] : Statement.length === 0 ? [] : [{ name, policy: { ...policy, Statement } }],
        );
        const identity = new Map([...law.policies.identity, [role, changed]]);
        return {
          ...{ role, statement: JSON.stringify(statement) },
          law: { ...law, policies: { ...law.policies, identity } },
        };
      }),
    ),
  );

/** Whether some request of the role, which was allowed, is refused under another law. */
export const refusesSome = async (law: Law, role: string, recorded: readonly Recorded[]): Promise<boolean> => {
  const seen = new Set<string>();
  for (const request of recorded) {
    const { principal, action, resource } = request;
    if (principal.kind !== 'session' || principal.roleArn !== role || request.errorCode !== undefined) continue;
    const key = `${action} ${resource.replace(/[0-9a-f-]{36}/, '')}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if ((await judge(law, request)) !== 'Allowed') return true;
  }
  return false;
};
