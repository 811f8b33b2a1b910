/** `data "aws_iam_policy_document"` as the policy that the provider makes of it (hashicorp/aws, aws_iam_policy_document). */
import type { SourceMember, SourceNode } from '../source-tree.ts';
import { itemsOf, memberOf, movedTo, stringAt, stringOf } from '../source-tree.ts';
import { isUnresolved, type OpenPart, type PartlyKnown } from '../unresolved.ts';
import type { HclBlock, HclExpression } from './hcl-tree.ts';
import { blockAddress, countValue, type HclScope, resolved } from './resolve.ts';

/** Deepest chain of documents that take statements from others. */
const maxChain = 20;

/** The documents that a document takes statements from, and those that they take them from. */
export const sourcesOf = (block: HclBlock, scope: HclScope): readonly HclBlock[] => {
  const found = new Set<HclBlock>();
  const open = [block];
  for (let document = open.pop(); document !== undefined; document = open.pop())
    for (const item of writtenSources(document)) {
      const source = documentReferred(item, scope);
      if (source !== undefined && !found.has(source)) open.push(source);
      if (source !== undefined) found.add(source);
    }
  return [...found];
};

const writtenSources = ({ attributes }: HclBlock): readonly HclExpression[] => {
  const written = attributes.get('source_policy_documents') ?? attributes.get('source_json');
  if (written === undefined) return [];
  return written.kind === 'list' ? written.items : [written];
};

/** The policy of a document. Statements of its `source_policy_documents` come first. */
export const policyOfDocument = (block: HclBlock, scope: HclScope, chain: readonly string[] = []): PartlyKnown => {
  const open: OpenPart[] = [];
  countValue(scope, block.at);
  const source = sourceStatements(block, scope, [...chain, blockAddress(block)], open);
  const override = block.attributes.get('override_policy_documents') ?? block.attributes.get('override_json');
  if (override !== undefined)
    open.push({ at: override.at, why: 'the statements that override others are not checked' });
  const own = blocksOf(block, 'statement', open).map(statement => statementOf(statement, scope, open));
  const version = stringAt('2012-10-17', { at: block.at, end: block.at });
  return { policy: objectAt({ Version: version, Statement: listAt([...source, ...own], block) }, block), open };
};

const sourceStatements = (
  block: HclBlock,
  scope: HclScope,
  chain: readonly string[],
  open: OpenPart[],
): readonly SourceNode[] =>
  writtenSources(block).flatMap(item => {
    const document = documentReferred(item, scope);
    if (document === undefined || chain.length > maxChain || chain.includes(blockAddress(document))) {
      open.push({ at: item.at, why: `the statements of ${textOf(item)} are not checked` });
      return [];
    }
    const { policy, open: inner } = policyOfDocument(document, scope, chain);
    for (const why of new Set(inner.map(part => part.why))) open.push({ at: item.at, why });
    return itemsOf(memberOf(policy, 'Statement')).map(one => movedTo(one, item));
  });

/** The document that an expression refers to, `data.aws_iam_policy_document.app.json` or `…app[0].json`; undefined for any
 *  other expression. */
export const documentReferred = (expression: HclExpression, scope: HclScope): HclBlock | undefined => {
  const only =
    expression.kind === 'template' && expression.parts.length === 1 ? expression.parts[0] : { value: expression };
  if (only === undefined || !('value' in only) || only.value.kind !== 'reference') return undefined;
  const [data, type, name, ...rest] = only.value.path;
  if (data !== 'data' || type !== 'aws_iam_policy_document' || !['json', 'minified_json'].includes(rest.at(-1) ?? ''))
    return undefined;
  return scope.blocks.get(`data.${type}.${name}`);
};

const textOf = (expression: HclExpression): string => ('text' in expression ? expression.text : 'another document');

/** The blocks of a type. Those of a `dynamic` block are taken as if there were one, and it is told. */
const blocksOf = (block: HclBlock, type: string, open: OpenPart[]): readonly HclBlock[] =>
  block.blocks.flatMap(inner => {
    if (inner.type === type) return [inner];
    if (inner.type !== 'dynamic' || inner.labels[0] !== type) return [];
    const each = inner.attributes.get('for_each');
    const source = each && 'text' in each ? ` (${each.text})` : '';
    open.push({ at: inner.at, why: `how many blocks dynamic "${type}" makes${source} is known only after apply` });
    return inner.blocks.filter(one => one.type === 'content');
  });

const statementOf = (block: HclBlock, scope: HclScope, open: OpenPart[]): SourceNode => {
  const { attributes } = block;
  const valueAt = (name: string): SourceNode | undefined => {
    const written = attributes.get(name);
    return written && fromDocument(resolved(written, scope));
  };
  return objectAt(
    {
      Sid: valueAt('sid'),
      Effect: valueAt('effect') ?? stringAt('Allow', { at: block.at, end: block.at }),
      Action: valueAt('actions'),
      NotAction: valueAt('not_actions'),
      Principal: principalsOf(blocksOf(block, 'principals', open), scope, block),
      NotPrincipal: principalsOf(blocksOf(block, 'not_principals', open), scope, block),
      Condition: conditionsOf(blocksOf(block, 'condition', open), scope, block),
    },
    block,
  );
};

/** The provider writes `&{…}` as `${…}`, for variables of IAM. */
const fromDocument = (node: SourceNode): SourceNode => {
  if (node.kind === 'array') return { ...node, items: node.items.map(fromDocument) };
  return node.kind === 'string' ? { ...node, text: node.text.replaceAll('&{', '${') } : node;
};

const principalsOf = (blocks: readonly HclBlock[], scope: HclScope, place: HclBlock): SourceNode | undefined => {
  if (blocks.length === 0) return undefined;
  const entries = blocks.map(block => ({
    type: nameOf(block.attributes.get('type'), scope),
    at: block.at,
    values: listOf(block.attributes.get('identifiers'), scope, block),
  }));
  if (entries.some(({ type, values }) => type === '*' && values.some(value => stringOf(value) === '*')))
    return stringAt('*', place);
  return mapOfLists(
    entries.map(({ type, at, values }) => ({ key: type, at, values })),
    place,
  );
};

/** Tests of one operator and one key are one test with the values of all. */
const conditionsOf = (blocks: readonly HclBlock[], scope: HclScope, place: HclBlock): SourceNode | undefined => {
  if (blocks.length === 0) return undefined;
  const tests = blocks.map(block => ({
    operator: nameOf(block.attributes.get('test'), scope),
    key: nameOf(block.attributes.get('variable'), scope),
    at: block.attributes.get('variable')?.at ?? block.at,
    values: listOf(block.attributes.get('values'), scope, block),
  }));
  const operators = [...new Set(tests.map(({ operator }) => operator))];
  const members = operators.map(
    (operator): SourceMember => ({
      key: operator,
      at: place.at,
      value: mapOfLists(
        tests.filter(test => test.operator === operator),
        place,
      ),
    }),
  );
  return { kind: 'object', at: place.at, end: place.end, members };
};

interface Entry {
  readonly key: string;
  readonly at: number;
  readonly values: readonly SourceNode[];
}

const mapOfLists = (entries: readonly Entry[], place: HclBlock): SourceNode => {
  const keys = [...new Set(entries.map(({ key }) => key))];
  const members = keys.map((key): SourceMember => {
    const same = entries.filter(entry => entry.key === key);
    return {
      key,
      at: same[0]?.at ?? place.at,
      value: listAt(
        same.flatMap(({ values }) => values),
        place,
      ),
    };
  });
  return { kind: 'object', at: place.at, end: place.end, members };
};

const nameOf = (expression: HclExpression | undefined, scope: HclScope): string => {
  const value = expression && fromDocument(resolved(expression, scope));
  return value && 'text' in value ? value.text : '';
};

/** The values of a list; a list that is not known is one value that is not. */
const listOf = (expression: HclExpression | undefined, scope: HclScope, place: HclBlock): readonly SourceNode[] => {
  if (expression === undefined) return [];
  const value = fromDocument(resolved(expression, scope));
  if (value.kind === 'array') return value.items;
  return isUnresolved(value) ? [value] : [movedTo(value, place)];
};

/** A list of values at the place of a block. */
const listAt = (items: readonly SourceNode[], { at, end }: HclBlock): SourceNode => ({ kind: 'array', items, at, end });

const objectAt = (values: Readonly<Record<string, SourceNode | undefined>>, { at, end }: HclBlock): SourceNode => ({
  kind: 'object',
  at,
  end,
  members: Object.entries(values).flatMap(([key, value]) => (value ? [{ key, at: value.at, value }] : [])),
});
