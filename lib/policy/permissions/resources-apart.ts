/** Resources of one kind that the policies of a role tell apart: one for each combination of the patterns in them. */
import { parseOperator } from '../decide/operator.ts';
import { policyValue } from '../decide/policy-value.ts';
import type { Glob } from '../decide/glob.ts';
import { run, type TextGrammar } from '../decide/text-grammar.ts';
import { valuesApart } from '../who/key-choice.ts';
import { type Asking, environmentOfSession } from './decide-request.ts';
import { mayCoverAction, type PermissionStatement, resourceKey } from './permissions.ts';
import { sessionChoice } from './session-keys.ts';

/** The ARNs of a kind of resources as the Service Authorization Reference writes them: `${Partition}`, `${Region}` and
 *  `${Account}`, and other names in `${…}` for what a person or AWS chooses. */
export type ArnShape = string;

/** Resources, and whether they stand for all of the kind. */
export interface ResourcesApart {
  readonly arns: readonly string[];
  readonly isComplete: boolean;
}

const like = parseOperator('StringLike');

/** One resource for each class of those of a shape that the statements about these actions tell apart. */
export const resourcesApart = (shape: ArnShape, actions: readonly string[], asking: Asking): ResourcesApart => {
  const { permissions, budget } = asking;
  const grammar = grammarOfShape(shape, asking);
  const concerned = [...permissions.layers.flat(), ...permissions.denials].filter(one =>
    actions.some(action => mayCoverAction(one, action)),
  );
  const globs = new Map(concerned.flatMap(one => globsOf(one, asking)).map(glob => [glob.text, glob]));
  const { values, isComplete } = valuesApart([grammar], [...globs.values()], undefined, budget);
  return { arns: values, isComplete };
};

const globsOf = (one: PermissionStatement, asking: Asking): readonly Glob[] => {
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

/** The grammar of a shape in the account and partition of a session. */
export const grammarOfShape = (shape: ArnShape, { session }: Pick<Asking, 'session'>): TextGrammar => {
  const filled = shape.replaceAll('${Partition}', session.partition).replaceAll('${Account}', session.accountId);
  const pieces: (TextGrammar[number] | undefined)[] = [];
  let at = 0;
  for (const match of filled.matchAll(placeholder)) {
    pieces.push(filled.slice(at, match.index));
    at = match.index + match[0].length;
    pieces.push(match[1] === 'Region' ? run(/[a-z0-9-]/, 3) : run(exceptFor(filled[at]), 1));
  }
  pieces.push(filled.slice(at));
  return pieces.filter(piece => piece !== undefined && piece !== '') as TextGrammar;
};

/** Any visible character but the one that follows: without it the grammar is not ambiguous. */
const exceptFor = (next: string | undefined): RegExp => {
  const found = classes.get(next ?? '');
  if (found) return found;
  const made = next === undefined ? /[!-~]/ : new RegExp(`[^${next.replace(/[\\\]^-]/, '\\$&')}\\0- \\x7f-\\uffff]`);
  classes.set(next ?? '', made);
  return made;
};

/** By the character that follows: a handful. */
const classes = new Map<string, RegExp>();
