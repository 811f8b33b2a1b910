/** Resources of one kind that the policies of a role tell apart: one for each combination of the patterns in them. */

import type { Glob } from '../decide/glob.ts';
import { parseOperator } from '../decide/operator.ts';
import { policyValue } from '../decide/policy-value.ts';
import { isOfGrammar, run, type TextGrammar } from '../decide/text-grammar.ts';
import { valuesApart } from '../who/key-choice.ts';
import { mayTell } from '../who/text-classes.ts';
import { environmentOfSession, type Requester } from './decide-request.ts';
import { coversAction, mayCoverAction, type PermissionStatement, resourceKey } from './permissions.ts';
import { sessionChoice } from './session-keys.ts';

/** The ARNs of a kind of resources as the Service Authorization Reference writes them: `${Partition}`, `${Region}` and
 *  `${Account}`, and other names in `${…}` for what a person or AWS chooses. These have no colon: a pattern of one ARN would
 *  else meet that of another, its `*` over several parts. */
export type ArnShape = string;

/** Resources, and whether they stand for all of the kind. */
interface ResourcesApart {
  readonly arns: readonly string[];
  readonly isComplete: boolean;
}

const like = parseOperator('StringLike');

/** One resource for each class of those of a shape that the statements about these actions tell apart. */
export const resourcesApart = (shape: ArnShape, actions: readonly string[], asking: Requester): ResourcesApart => {
  const { permissions, session, budget } = asking;
  const concerned = [...permissions.layers.flat(), ...permissions.denials].filter(one =>
    actions.some(action => mayCoverAction(one, action)),
  );
  const globs = new Map(concerned.flatMap(one => globsOf(one, asking)).map(glob => [glob.text, glob]));
  const { values, isComplete } = valuesApart([grammarOf(shape, session)], [...globs.values()], undefined, budget);
  return { arns: values, isComplete };
};

/** Whether the role's own statements about an action may be for a resource of a shape: most are of another service. Quick. */
export const mayConcernShape = (shape: ArnShape, action: string, { permissions, session }: Requester): boolean => {
  const grammar = grammarOf(shape, session);
  const mayBe = (globs: readonly Glob[]): boolean => globs.some(glob => mayTell(glob, grammar));
  return (
    (permissions.layers[0] ?? []).some(
      one => mayCoverAction(one, action) && (one.resources === undefined || mayBe(one.resources)),
    ) &&
    permissions.denials.every(
      one => one.spares === undefined || coversAction(one, action) !== 'yes' || mayBe(one.spares),
    )
  );
};

/** Some resources of a shape: one that no policy names, and one of each pattern of the role's own policies, as far as that
 *  is found by its parts alone. Quick; what holds for one of them is enough for a yes. */
export const someResources = (shape: ArnShape, actions: readonly string[], asking: Requester): readonly string[] => {
  const { permissions, session } = asking;
  const grammar = grammarOf(shape, session);
  const sample = filled(shape, session).replaceAll(placeholder, 'unnamed');
  const own = (permissions.layers[0] ?? []).filter(one => actions.every(action => mayCoverAction(one, action)));
  const texts = own.flatMap(one => globsOf(one, asking)).map(({ text }) => sampleOf(text, sample.split(':')));
  return [sample, ...new Set(texts.filter(text => isOfGrammar(grammar, text)))];
};

/** A text of a pattern, with the parts of a sample where it leaves them open. */
const sampleOf = (pattern: string, sample: readonly string[]): string => {
  const parts = pattern.split(':');
  const last = parts.at(-1) ?? '';
  const isOpen = parts.length < sample.length && last.endsWith('*');
  const own = parts.map((part, at) => (part === '*' ? (sample[at] ?? 'x') : part.replaceAll(/[*?]/g, 'x')));
  return [...own, ...(isOpen ? sample.slice(parts.length) : [])].join(':');
};

const globsOf = (one: PermissionStatement, asking: Requester): readonly Glob[] => {
  if (one.resources !== undefined) return one.resources;
  const [test] = one.statement.conditions.filter(({ key }) => key.text === resourceKey);
  if (test === undefined || like === undefined) return [];
  const env = environmentOfSession(asking);
  const target = { action: '' };
  const resolved = {
    ...env,
    keys: (name: string) => {
      const choice = sessionChoice(name, asking.session, target, env);
      return choice.kind === 'facts' ? choice.facts[0] : undefined;
    },
  };
  return test.values.flatMap(({ text }) => {
    const value = policyValue(text, like, resolved);
    return value.kind === 'glob' ? [value.glob] : [];
  });
};

const placeholder = /\$\{(\w+)\}/g;

type Place = Pick<Requester['session'], 'accountId' | 'partition' | 'roleArn'>;

/** The shape in the account; an access entry of EKS is that of the role itself. */
const filled = (shape: ArnShape, { partition, accountId, roleArn }: Place): string =>
  shape
    .replace(/\$\{Partition\}/, partition)
    .replace(/\$\{Account\}/, accountId)
    .replace(/\$\{IamIdentityType\}/, 'role')
    .replace(/\$\{IamIdentityAccountID\}/, accountId)
    .replace(/\$\{IamIdentityName\}/, roleArn.slice(roleArn.lastIndexOf('/') + 1));

/** Grammars by shape and account: what is known of one is asked for by every role. */
const grammars = new Map<string, TextGrammar>();
/** The map is emptied beyond this, so that an audit of many accounts stays within its memory. */
const maxGrammars = 4000;

/** The grammar of a shape in an account. */
const grammarOf = (shape: ArnShape, place: Place): TextGrammar => {
  const text = filled(shape, place);
  const known = grammars.get(text);
  if (known) return known;
  const made = piecesOf(text);
  if (grammars.size >= maxGrammars) grammars.clear();
  grammars.set(text, made);
  return made;
};

/** Services whose resources may have a colon in their names: keys of objects, labels of streams, alarms, topics, paths. */
const withColons = /^arn:[^:]*:(?:s3|s3express|dynamodb|cloudwatch|iot|execute-api):/;

const piecesOf = (text: string): TextGrammar => {
  const hasColons = withColons.test(text);
  const pieces: TextGrammar[number][] = [];
  let at = 0;
  for (const match of text.matchAll(placeholder)) {
    if (match.index > at) pieces.push(text.slice(at, match.index));
    at = match.index + match[0].length;
    pieces.push(match[1] === 'Region' ? run(/[a-z0-9-]/, 3) : run(exceptFor(text[at], hasColons), 1));
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
};

/** Any visible character but the one that follows: without it the grammar is not ambiguous. */
const exceptFor = (next: string | undefined, hasColons: boolean): RegExp => {
  const excluded = [...(next === undefined ? [] : [next]), ...(hasColons ? [] : [':'])];
  const code = (one: string): string => `\\u{${one.charCodeAt(0).toString(16)}}`;
  return excluded.length === 0 ? /[!-~]/ : new RegExp(`(?![${excluded.map(code).join('')}])[!-~]`, 'u');
};
