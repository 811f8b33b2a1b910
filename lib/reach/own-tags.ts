/** The tags of itself that a role may change, and its own conditions ask for: the role then meets them. */
import { mayCoverAction, type PermissionStatement, type TagChange } from '../policy.ts';
import { type ReachFacts, type ReachRole, wholePermissions, withTags } from './account-roles.ts';
import { onOwnTag, type RequestAnswer } from './requests.ts';

/** The role with the tags that it may have, and the requests for them. */
interface Retagged {
  readonly role: ReachRole;
  readonly steps: readonly RequestAnswer[];
}

const actions = ['iam:TagRole', 'iam:UntagRole'] as const;

/** The role as if it had changed its tags; undefined where it may change none that a condition asks for. */
export const retagged = (one: ReachRole, facts: ReachFacts): Retagged | undefined => {
  const { permissions, session } = one.asking;
  const [own = []] = permissions.layers;
  const mayChange = actions.some(action => own.some(statement => mayCoverAction(statement, action)));
  if (session.ownTags !== undefined || !mayChange) return undefined;
  const { layers, denials } = wholePermissions(one, facts);
  const statements = [...layers.flat(), ...denials];
  const changes = new Map<string, TagChange>();
  const steps: RequestAnswer[] = [];
  for (const [name, tag] of tagsAskedFor(statements)) {
    const isSet = Object.keys(session.tags).some(own => own.toLowerCase() === name);
    const set = ofSomeValues(onOwnTag('iam:TagRole', tag, one), name, statements);
    const unset: RequestAnswer = isSet ? onOwnTag('iam:UntagRole', tag, one) : { verdict: 'refused' };
    const made = [set, unset].filter(({ verdict }) => verdict !== 'refused');
    if (made.length > 0)
      changes.set(name, { set: set.verdict !== 'refused', unset: unset.verdict !== 'refused' }) && steps.push(...made);
  }
  return changes.size === 0 ? undefined : { role: withTags(one, facts, changes), steps };
};

const tagKey = /(?:aws:principal|aws:resource|iam:resource)tag\/([^},'"]+)/gi;

/** The tags of itself that conditions and variables name, by their names in lower case. */
const tagsAskedFor = (statements: readonly PermissionStatement[]): ReadonlyMap<string, string> =>
  new Map(
    statements
      .flatMap(({ statement: { conditions } }) =>
        conditions.flatMap(({ key, values }) => [key.text, ...values.map(({ text }) => text)]),
      )
      .flatMap(text => [...text.matchAll(tagKey)].map(([, tag = '']) => [tag.trim().toLowerCase(), tag.trim()])),
  );

/** A tag whose values a statement about it names may not be the wanted one: they are not compared. */
const ofSomeValues = (step: RequestAnswer, name: string, statements: readonly PermissionStatement[]): RequestAnswer => {
  const isTested = statements.some(
    one =>
      mayCoverAction(one, 'iam:TagRole') &&
      one.statement.conditions.some(({ key }) => key.text.toLowerCase() === `aws:requesttag/${name}`),
  );
  if (step.verdict !== 'allowed' || !isTested) return step;
  return { ...step, verdict: 'open', depends: `which values of its tag ${name} it may set is not compared` };
};
