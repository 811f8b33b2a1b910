/**
 * The policies of a role as statements: its own policies, the boundary and the service control policies are layers, each of
 * which must allow a request, and none of which may deny it (IAM User Guide, policy evaluation logic).
 */

import { type Glob, globMatches, wildcardGlob } from '../decide/glob.ts';
import { parsePolicy } from '../parse/parse-policy.ts';
import type { ConditionTest, Located, Policy, Statement } from '../parse/policy.ts';

/** A policy by the name that people know it by. */
export interface NamedPolicy {
  /** The name of an inline policy, or the ARN of a managed one. */
  readonly name: string;
  readonly document: string;
}

/** Patterns of actions in lower case: AWS's own policies have more than a thousand. */
interface ActionPatterns {
  /** It stands for every action. */
  readonly isAll: boolean;
  /** By the prefix of the service. */
  readonly byService: ReadonlyMap<string, readonly Glob[]>;
  /** With a wildcard in the prefix, which has no documented meaning. */
  readonly odd: readonly Glob[];
}

/** A statement of a policy, as the evaluation of requests needs it. */
export interface PermissionStatement {
  readonly policy: string;
  /** `Sid` if there is one, else `Statement[<index>]`. */
  readonly label: string;
  /** With its resources as one more test, on the key `resource`. */
  readonly statement: Statement;
  /** Patterns of its actions; with `NotAction` those that it leaves out. */
  readonly actions: ActionPatterns;
  readonly isNotAction: boolean;
  /** Patterns of its resources; absent for every resource, and where they cannot be read as patterns. */
  readonly resources?: readonly Glob[];
  /** Of a statement with `NotResource`, without conditions and variables: the patterns that it leaves out. */
  readonly spares?: readonly Glob[];
  /** It has no conditions and nothing that is not understood. */
  readonly isPlain: boolean;
}

/** Everything that decides what a role may do. */
export interface Permissions {
  /** The Allow statements of each layer: the role's own policies, then the others. */
  readonly layers: readonly (readonly PermissionStatement[])[];
  /** The statements of all layers that deny, or may. */
  readonly denials: readonly PermissionStatement[];
}

/** Layers of policies, and those that are no policies. */
interface CompiledPolicies {
  readonly permissions: Permissions;
  /** Names of policies whose text is not a policy: it is not known what they allow or deny. */
  readonly unreadable: readonly string[];
}

/** The statements of layers of policies. Pure, total. */
export const compilePolicies = (layers: readonly (readonly NamedPolicy[])[]): CompiledPolicies => {
  const unreadable: string[] = [];
  const compiled = layers.map(layer =>
    layer.flatMap(policy => {
      const statements = statementsOf(policy);
      if (statements === undefined) unreadable.push(policy.name);
      return statements ?? [];
    }),
  );
  return {
    permissions: {
      layers: compiled.map(layer => layer.filter(({ statement }) => statement.effect !== 'Deny')),
      denials: compiled.flatMap(layer => layer.filter(({ statement }) => statement.effect !== 'Allow')),
    },
    unreadable,
  };
};

const statementsOf = ({ name, document }: NamedPolicy): readonly PermissionStatement[] | undefined => {
  const parsed = parsePolicy(document, 'permissions');
  if (!parsed.ok) return undefined;
  const { policy } = parsed;
  return policy.statements.map(statement => permissionStatement(statement, policy, name));
};

/** The key of the resource of a request, as if it were one of a condition: no key of AWS is without a colon. */
export const resourceKey = 'resource';

const permissionStatement = (statement: Statement, policy: Policy, name: string): PermissionStatement => {
  const variables = policy.version === '2012-10-17';
  const { resources, notResources, actions, notActions } = statement;
  const patterns = (resources ?? notResources ?? []).map(({ text, at }) => ({ text: completeArn(text), at }));
  const isEverything = notResources === undefined && patterns.some(({ text }) => text === '*');
  const conditions = statement.conditions.map(test =>
    variables ? test : { ...test, values: test.values.map(literal) },
  );
  const hasVariables = variables && patterns.some(({ text }) => text.includes('${'));
  const isReadable = notResources === undefined && resources !== undefined && !hasVariables;
  const isWhole = statement.conditions.length === 0 && statement.problems.length === 0;
  return {
    policy: name,
    label: statement.sid === undefined || statement.sid === '' ? `Statement[${statement.index}]` : statement.sid,
    statement: {
      ...statement,
      // Whoever has the policy makes the request.
      principal: { kind: 'everyone', at: statement.at },
      actions: actions?.map(everyAction),
      notActions: notActions?.map(everyAction),
      conditions: isEverything
        ? conditions
        : [...conditions, resourceTest(variables ? patterns : patterns.map(literal), statement)],
    } as Statement,
    actions: actionPatterns((actions ?? notActions ?? []).map(one => everyAction(one).text.toLowerCase())),
    isNotAction: actions === undefined,
    ...(isReadable && !isEverything ? { resources: patterns.map(({ text }) => wildcardGlob(text)) } : {}),
    ...(isWhole && notResources !== undefined && !hasVariables
      ? { spares: patterns.map(({ text }) => wildcardGlob(text)) }
      : {}),
    isPlain: isWhole && (isEverything || (isReadable && patterns.length > 0)),
  };
};

/** `*:*` is every action too (IAM takes it, and it is written so in policies of AWS). */
const everyAction = (action: Located): Located => (action.text === '*:*' ? { ...action, text: '*' } : action);

/** A text in which nothing is a policy variable: without the newer version it has none (docs/facts.md §A.5). */
const literal = (value: Located): Located => ({ ...value, text: value.text.replaceAll(/\$(?=\{)/g, '$${$$}') });

/** IAM completes an ARN of fewer than six parts by wildcards (IAM User Guide, Resource, "Incomplete ARN"). */
const completeArn = (text: string): string => {
  const missing = 6 - text.split(':').length;
  return text.startsWith('arn:') && missing > 0 ? `${text}${':*'.repeat(missing)}` : text;
};

const resourceTest = (values: readonly Located[], { notResources, at }: Statement): ConditionTest => ({
  operator: notResources === undefined ? 'StringLike' : 'StringNotLike',
  key: { text: resourceKey, at },
  values,
  at,
});

/** Patterns of actions by service. */
export const actionPatterns = (texts: readonly string[]): ActionPatterns => {
  const byService = new Map<string, Glob[]>();
  const odd: Glob[] = [];
  for (const text of texts) {
    const service = text.slice(0, Math.max(0, text.indexOf(':')));
    if (text === '*') continue;
    if (/[*?]/.test(service) || service === '') {
      odd.push(wildcardGlob(text));
      continue;
    }
    const list = byService.get(service);
    if (list) list.push(wildcardGlob(text));
    else byService.set(service, [wildcardGlob(text)]);
  }
  return { isAll: texts.includes('*'), byService, odd };
};

/** Whether a statement covers an action; `maybe` where no meaning of it is documented. */
export const coversAction = (
  { actions, isNotAction, statement }: PermissionStatement,
  action: string,
): 'yes' | 'maybe' | 'no' => {
  if (statement.problems.length > 0) return 'maybe';
  const wanted = action.toLowerCase();
  const { isAll, byService, odd } = actions;
  const own = byService.get(wanted.slice(0, wanted.indexOf(':')));
  if (isAll || own?.some(glob => globMatches(glob, wanted))) return isNotAction ? 'no' : 'yes';
  if (odd.some(glob => globMatches(glob, wanted))) return 'maybe';
  return isNotAction ? 'yes' : 'no';
};

/** Whether a statement may cover an action: false only where it certainly does not. */
export const mayCoverAction = (one: PermissionStatement, action: string): boolean => coversAction(one, action) !== 'no';

/** Whether the resources of a statement may hold one: false only where they certainly do not. */
export const mayHold = ({ resources }: PermissionStatement, arn: string): boolean =>
  resources === undefined || resources.some(glob => globMatches(glob, arn));
