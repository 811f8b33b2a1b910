import { given } from '../../text.ts';
import type { FoundPolicies, FoundPolicy, UnknownPolicy } from './found-policy.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { type FoundAssociation, noObjects } from './manifests/objects.ts';
import { hasPlaceholder } from './placeholders.ts';
import type { JudgedSpan } from './source-tree.ts';
import {
  itemsOf,
  memberOf,
  membersOf,
  type SourceDocument,
  type SourceMember,
  type SourceNode,
  stringOf,
} from './source-tree.ts';
import { type TemplateScope, templateScope } from './template-scope.ts';
import { policyBefore } from './unresolved.ts';

/** True for a CloudFormation template. */
export const isTemplate = (root: SourceNode): boolean => memberOf(root, 'Resources')?.kind === 'object';

/** Types of resources with the trust policy of a role: of its own, or of the one that a function of SAM makes. */
const rolesAt: ReadonlySet<string> = new Set(['AWS::IAM::Role', 'AWS::Serverless::Function']);

/** The trust policies of all roles of a template, and its Pod Identity associations. */
export const templatePolicies = (root: SourceNode, source: SourceDocument): FoundPolicies => {
  const resources = memberOf(root, 'Resources');
  const scope = templateScope(root);
  const constant = constantsIn(memberOf(root, 'Conditions'));
  const policies: FoundPolicy[] = [];
  const unknown: UnknownPolicy[] = [];
  const judged: JudgedSpan[] = [];
  const associations: FoundAssociation[] = [];
  for (const { key, value } of resourcesIn(resources)) {
    const type = stringOf(memberOf(value, 'Type')) ?? '';
    if (type.endsWith('::MODULE'))
      unknown.push({
        ...{ file: source.name, owner: `${type} ${key}`, at: source.locate(value.at) },
        why: 'the resources of a module are not in the template',
      });
    const own = stringOf(memberOf(value, 'Condition'));
    const isOff = own !== undefined && constant(own) === false;
    if (type === 'AWS::EKS::PodIdentityAssociation' && !isOff) {
      const association = associationIn(value, key, source, scope);
      if (association) associations.push(association);
      else
        unknown.push({
          ...{ file: source.name, owner: `${type} ${key}`, at: source.locate(value.at) },
          why: 'the Pod Identity association has no namespace and service account that are texts',
        });
    }
    if (!rolesAt.has(type)) continue;
    const document = memberOf(memberOf(value, 'Properties'), 'AssumeRolePolicyDocument');
    const span = { file: source.name, at: value.at, end: value.end };
    if (isOff) {
      judged.push(span);
      continue;
    }
    const transform = memberOf(memberOf(value, 'Properties'), 'Fn::Transform') ?? memberOf(value, 'Fn::Transform');
    if (transform)
      unknown.push({
        ...{ file: source.name, owner: `${type} ${key}`, at: source.locate(transform.at) },
        why: 'Fn::Transform is known only after deployment: it may write the trust policy',
      });
    if (!document) continue;
    judged.push({ ...span, at: document.at, end: document.end });
    const owner = `${type} ${key}`;
    const doubt = (why: string, offset = document.at): void => {
      unknown.push({ file: source.name, owner, at: source.locate(offset), why });
    };
    const refused = functionKeyIn(document);
    if (refused) doubt(functionAsKey, refused.at);
    const literal = pseudoParameterIn(document);
    if (literal)
      doubt(`${literal.text} is outside of Fn::Sub: CloudFormation deploys it as literal text`, literal.offset);
    const { forms, open } = deployedForms(document, name => name === own || constant(name));
    if (open.length > 0) doubt(`Fn::If with several conditions (${open.join(', ')}) is not evaluated`);
    const roleName = nameOf(memberOf(memberOf(value, 'Properties'), 'RoleName'), scope);
    const found = forms.map(form =>
      policyBefore('deployment', { policy: resolveIntrinsics(form, scope), open: [] }, source, owner, roleName),
    );
    if (found.some(one => one.policies.length + one.unknown.length === 0))
      doubt('the trust policy is known only after deployment');
    // Forms share the parts that are in each.
    unknown.push(...new Map(found.flatMap(one => one.unknown).map(one => [JSON.stringify(one), one])).values());
    policies.push(
      ...found.flatMap(one => one.policies).map((one, at) => (at > 0 ? { ...one, isForm: true as const } : one)),
    );
  }
  return { policies, unknown, judged, objects: { ...noObjects, associations } };
};

/** The Pod Identity association of a resource (CloudFormation, AWS::EKS::PodIdentityAssociation); undefined where the
 *  namespace or the service account is no text. */
const associationIn = (
  resource: SourceNode,
  key: string,
  document: SourceDocument,
  scope: TemplateScope,
): FoundAssociation | undefined => {
  const properties = memberOf(resource, 'Properties');
  const textOf = (name: string): string | undefined => nameOf(memberOf(properties, name), scope);
  const [namespace, serviceAccount] = [textOf('Namespace'), textOf('ServiceAccount')];
  if (namespace === undefined || serviceAccount === undefined) return undefined;
  const role = { roleArn: textOf('RoleArn'), ofRole: roleMeant(memberOf(properties, 'RoleArn')) };
  const owner = `AWS::EKS::PodIdentityAssociation ${key}`;
  return {
    document,
    at: resource.at,
    owner,
    namespace,
    serviceAccount,
    ...given({ cluster: textOf('ClusterName'), ...role }),
  };
};

/** The role of the template whose ARN a value is: by `Fn::GetAtt`, or alone in `Fn::Sub`. */
const roleMeant = (node: SourceNode | undefined): string | undefined => {
  const got = memberOf(node, 'Fn::GetAtt');
  const parts = got && (stringOf(got)?.split('.') ?? itemsOf(got).map(part => stringOf(part) ?? ''));
  const [id, attribute] =
    parts ?? /^\$\{(\w+)\.(Arn)\}$/.exec(stringOf(memberOf(node, 'Fn::Sub')) ?? '')?.slice(1) ?? [];
  return id !== undefined && attribute === 'Arn' ? `AWS::IAM::Role ${id}` : undefined;
};

/** A role's name, as far as the template writes it. */
const nameOf = (node: SourceNode | undefined, scope: TemplateScope): string | undefined =>
  node && stringOf(resolveIntrinsics(node, scope));

const functionAsKey =
  'a function is used as a key: CloudFormation rejects the template; write the policy as JSON text in one Fn::Sub';

/** The resources, with those of a loop (AWS::LanguageExtensions): `Fn::ForEach::X: [name, list, resources]`. */
const resourcesIn = (resources: SourceNode | undefined): readonly SourceMember[] =>
  membersOf(resources).flatMap(member =>
    member.key.startsWith('Fn::ForEach::') ? resourcesIn(itemsOf(member.value)[2]) : [member],
  );

/** The first `${AWS::…}` that CloudFormation does not replace: in a key, or in a value without `Fn::Sub`. */
const pseudoParameterIn = (node: SourceNode): { readonly text: string; readonly offset: number } | undefined => {
  const inText = (value: string, offset: number) => {
    const text = /\$\{AWS::\w+\}/.exec(value)?.[0];
    return text === undefined ? undefined : { text, offset };
  };
  if (node.kind === 'array') return node.items.map(pseudoParameterIn).find(found => found !== undefined);
  if (node.kind !== 'object') return inText(node.text, node.at);
  return node.members
    .filter(({ key }) => key !== 'Fn::Sub')
    .map(({ key, at, isFunction, value }) => (isFunction ? undefined : inText(key, at)) ?? pseudoParameterIn(value))
    .find(found => found !== undefined);
};

/** The first key that is written as a function. */
const functionKeyIn = (node: SourceNode): SourceMember | undefined => {
  if (node.kind === 'array') return node.items.map(functionKeyIn).find(found => found !== undefined);
  if (node.kind !== 'object') return undefined;
  return node.members
    .map(member => (member.isFunction ? member : functionKeyIn(member.value)))
    .find(found => found !== undefined);
};

/** The forms that a part of a template has when it is deployed, by the answers to its `Fn::If`s. */
interface DeployedForms {
  readonly forms: readonly SourceNode[];
  /** Conditions that are not evaluated, because there are several: their answers may depend on each other. */
  readonly open: readonly string[];
}

/** Conditions that name each other, one in another. */
const maxConditions = 100;

/** The answer to a condition; undefined where it is open. */
type Answer = (condition: string) => boolean | undefined;

/** The answers to the conditions that are the same in each deployment: they compare two texts that are written out, or those that
 *  they consist of decide them (CloudFormation, "Condition functions"). */
const constantsIn = (conditions: SourceNode | undefined): Answer => {
  const written = new Map(membersOf(conditions).map(({ key, value }) => [key, value]));
  const known = new Map<string, boolean | undefined>();
  const named = (name: string, depth = 0): boolean | undefined => {
    if (known.has(name) || depth > maxConditions) return known.get(name);
    known.set(name, undefined);
    known.set(name, answerOf(written.get(name), depth + 1));
    return known.get(name);
  };
  const answerOf = (node: SourceNode | undefined, depth: number): boolean | undefined => {
    const name = stringOf(memberOf(node, 'Condition'));
    if (name !== undefined) return named(name, depth);
    const [a, b, ...more] = itemsOf(memberOf(node, 'Fn::Equals'));
    if (a && b)
      return 'text' in a && 'text' in b && more.length === 0 && !hasPlaceholder(a.text + b.text)
        ? a.text === b.text
        : undefined;
    const parts = (kind: string) => itemsOf(memberOf(node, kind)).map(part => answerOf(part, depth));
    const [not] = parts('Fn::Not');
    if (not !== undefined) return !not;
    const [and, or] = [parts('Fn::And'), parts('Fn::Or')];
    if (and.includes(false) || or.includes(true)) return or.includes(true);
    return [...and, ...or].includes(undefined) || and.length + or.length === 0 ? undefined : and.length > 0;
  };
  return name => named(name);
};

/**
 * Both forms of a part that uses one open condition. The part itself if it uses none or several: not every combination of
 * answers is possible.
 */
const deployedForms = (node: SourceNode, answer: Answer): DeployedForms => {
  const names = new Set(conditionsIn(node).filter(name => answer(name) === undefined));
  const [name, ...others] = names;
  if (others.length > 0) return { forms: [choose(node, answer) ?? node], open: [...names] };
  const answers = name === undefined ? [false] : [true, false];
  return { forms: answers.flatMap(one => choose(node, asked => answer(asked) ?? one) ?? []), open: [] };
};

const branchesOf = (node: SourceNode): readonly SourceNode[] | undefined => {
  const parts = itemsOf(memberOf(node, 'Fn::If'));
  return node.kind === 'object' && node.members.length === 1 && parts.length === 3 ? parts : undefined;
};

const conditionsIn = (node: SourceNode): readonly string[] => {
  const [name, ...branches] = branchesOf(node) ?? [];
  if (name) return [stringOf(name) ?? '', ...branches.flatMap(conditionsIn)];
  return childrenOf(node).flatMap(conditionsIn);
};

const childrenOf = (node: SourceNode): readonly SourceNode[] => {
  if (node.kind === 'object') return node.members.map(member => member.value);
  return itemsOf(node);
};

/** The part with the branches of the answers; undefined for `AWS::NoValue`, which removes its key or item. */
const choose = (node: SourceNode, answer: Answer): SourceNode | undefined => {
  const [name, ...branches] = branchesOf(node) ?? [];
  if (name) {
    const given = answer(stringOf(name) ?? '');
    const branch = branches[given ? 0 : 1];
    return given === undefined || branch === undefined ? node : choose(branch, answer);
  }
  if (stringOf(memberOf(node, 'Ref')) === 'AWS::NoValue') return undefined;
  if (node.kind === 'array') return { ...node, items: node.items.flatMap(item => choose(item, answer) ?? []) };
  if (node.kind !== 'object') return node;
  return {
    ...node,
    members: node.members.flatMap(member => {
      const value = choose(member.value, answer);
      return value ? [{ ...member, value }] : [];
    }),
  };
};
