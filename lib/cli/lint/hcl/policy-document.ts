/** `data "aws_iam_policy_document"` as the policy that the provider makes of it (hashicorp/aws, aws_iam_policy_document). */
import { hasPlaceholder } from '../placeholders.ts';
import type { SourceMember, SourceNode } from '../source-tree.ts';
import { memberOf, movedTo, stringAt, stringOf } from '../source-tree.ts';
import { isUnresolved, type OpenPart, type PartlyKnown } from '../unresolved.ts';
import type { HclBlock, HclExpression } from './hcl-tree.ts';
import { blockAddress, countValue, type HclScope, placeholder, resolved } from './resolve.ts';

/** Deepest chain of documents that take statements from others. */
const maxChain = 20;

/** The documents that a document takes statements from, and those that they take them from. */
export const sourcesOf = (block: HclBlock, scope: HclScope): readonly HclBlock[] => {
  const found = new Set<HclBlock>();
  const open = [block];
  for (let document = open.pop(); document !== undefined; document = open.pop())
    for (const item of writtenSources(document, scope)) {
      const source = documentReferred(item, scope);
      if (source !== undefined && !found.has(source)) open.push(source);
      if (source !== undefined) found.add(source);
    }
  return [...found];
};

const writtenSources = (block: HclBlock, scope: HclScope): readonly HclExpression[] =>
  ['source', 'override'].flatMap(kind => writtenAs(kind, block, scope));

/** The documents of an argument; an empty list that a variable has by default is none. */
const writtenAs = (kind: string, { attributes }: HclBlock, scope: HclScope): readonly HclExpression[] => {
  const written = attributes.get(`${kind}_policy_documents`) ?? attributes.get(`${kind}_json`);
  if (written === undefined) return [];
  if (written.kind === 'list') return written.items;
  const value = resolved(written, scope);
  return value.kind === 'array' && value.items.length === 0 ? [] : [written];
};

/** The policy of a document: the statements of its sources, its own, and those that override them, in this order. One with an `sid`
 *  takes the place of an earlier one that has the same (hashicorp/aws, aws_iam_policy_document, `override_policy_documents`). */
export const policyOfDocument = (block: HclBlock, scope: HclScope): PartlyKnown => {
  const open: OpenPart[] = [];
  const Statement = listAt(
    statementsIn(block, scope, [], open).filter(one => one !== undefined),
    block,
  );
  const Version = stringAt('2012-10-17', { at: block.at, end: block.at });
  return { policy: objectAt({ Version, Statement }, block), open };
};

/** Statements; undefined stands for some that are not known. */
type Statements = readonly (SourceNode | undefined)[];

const statementsIn = (block: HclBlock, scope: HclScope, chain: readonly string[], open: OpenPart[]): Statements => {
  countValue(scope, block.at);
  const by = [...chain, blockAddress(block)];
  const taken = (kind: string): readonly Statements[] =>
    writtenAs(kind, block, scope).map(item => statementsOf(item, scope, by, open));
  const own = blocksOf(block, 'statement', open).map(statement => statementOf(statement, scope, open));
  const mayBeMore = block.blocks.some(
    ({ type, labels, blocks }) =>
      type === 'dynamic' && labels[0] === 'statement' && blocks.some(({ attributes }) => attributes.has('sid')),
  );
  const merging = [mayBeMore ? [undefined, ...own] : own, ...taken('override')];
  return merging.reduce((before, more) => merged(before, more, open), taken('source').flat());
};

const merged = (before: Statements, more: Statements, open: OpenPart[]): Statements => {
  const all = [...before];
  for (const one of more) {
    const at = sidOf(one) === '' ? -1 : all.findIndex(same => same && sidOf(same) === sidOf(one));
    if (at >= 0) all[at] = one;
    else {
      for (const [place, earlier] of all.entries())
        if (earlier && mayReplace(one, earlier)) {
          all[place] = undefined;
          open.push({ at: earlier.at, why: `whether the statement ${sidOf(earlier)} is overridden is not known` });
        }
      all.push(one);
    }
  }
  return all;
};

const sidOf = (statement: SourceNode | undefined): string => stringOf(memberOf(statement, 'Sid')) ?? '';

const mayReplace = (one: SourceNode | undefined, earlier: SourceNode): boolean => {
  const [by, of] = [sidOf(one), sidOf(earlier)];
  return of !== '' && (one === undefined || (by !== '' && (hasPlaceholder(by) || hasPlaceholder(of))));
};

const statementsOf = (item: HclExpression, scope: HclScope, chain: readonly string[], open: OpenPart[]): Statements => {
  const document = documentReferred(item, scope);
  if (document === undefined || chain.length > maxChain || chain.includes(blockAddress(document))) {
    open.push({ at: item.at, why: `the statements of ${textOf(item)} are not checked` });
    return [undefined];
  }
  const inner: OpenPart[] = [];
  const statements = statementsIn(document, scope, chain, inner);
  for (const why of new Set(inner.map(part => part.why))) open.push({ at: item.at, why });
  return statements.map(one => one && movedTo(one, item));
};

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

/** The blocks of a type. Those of a `dynamic` block are taken as if there were one; it is told, unless that is all that it makes. */
const blocksOf = (block: HclBlock, type: string, open: OpenPart[]): readonly HclBlock[] =>
  block.blocks.flatMap(inner => {
    if (inner.type === type) return [inner];
    if (inner.type !== 'dynamic' || inner.labels[0] !== type) return [];
    const isMade = isMadeAsWritten(inner);
    if (isMade !== undefined) return isMade ? contentOf(inner) : [];
    const each = eachIn(inner.attributes);
    const source = each === '' ? '' : ` (${each})`;
    open.push({ at: inner.at, why: `how many blocks dynamic "${type}" makes${source} is known only after apply` });
    return contentOf(inner);
  });

const contentOf = ({ blocks }: HclBlock): readonly HclBlock[] => blocks.filter(({ type }) => type === 'content');

/** Whether a dynamic condition makes its block at all; undefined where its list is not written out, or the blocks may differ. */
const isMadeAsWritten = (block: HclBlock): boolean | undefined => {
  const { attributes, labels } = block;
  const [each, name] = [attributes.get('for_each'), attributes.get('iterator')];
  if (labels[0] !== 'condition' || (each?.kind !== 'list' && each?.kind !== 'map')) return undefined;
  if ((each.kind === 'list' ? each.items : each.members).length === 0) return false;
  const iterator = name === undefined ? 'condition' : textOf(name);
  const written = JSON.stringify(contentOf(block).map(one => [...one.attributes.values()]));
  return written.includes(iterator) ? undefined : true;
};

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
      Condition: isOneOfSeveral(block)
        ? stringAt(placeholder('one of several dynamic blocks'), block)
        : conditionsOf(blocksOf(block, 'condition', open), scope, block),
    },
    block,
  );
};

/** True for a statement with dynamic conditions over several values: one may be made in place of another. */
const isOneOfSeveral = ({ blocks }: HclBlock): boolean => {
  const dynamic = blocks.filter(
    one => one.type === 'dynamic' && one.labels[0] === 'condition' && isMadeAsWritten(one) === undefined,
  );
  return new Set(dynamic.map(({ attributes }) => eachIn(attributes))).size > 1;
};

const eachIn = (attributes: HclBlock['attributes']): string => {
  const each = attributes.get('for_each');
  return each && 'text' in each ? each.text : '';
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
