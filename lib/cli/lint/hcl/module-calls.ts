/** The values that a module gets from those that call it, where both are among the files. */
import { join as joinPath, normalize } from 'node:path/posix';
import { folderOf, type SourceNode, stringOf } from '../source-tree.ts';
import type { HclExpression } from './hcl-tree.ts';
import { type HclScope, hclScope, isNone, resolved } from './resolve.ts';
import type { TerraformFile } from './terraform-module.ts';

/** Calls of a module with the same values, and the files that they are in. */
export interface ModuleCall {
  readonly files: readonly string[];
  readonly values: HclScope['values'];
}

/** Calls of one caller that its own calls are asked with; beyond them, and in a circle, the values that it gets are not known. */
const maxCallers = 20;

/** The calls of modules by their folder. A caller has the values of its own calls. Throws `UnreadableText` where a module has too
 *  many values. */
export const callsOf = (
  modules: ReadonlyMap<string, readonly TerraformFile[]>,
  valuesIn: (folder: string) => HclScope['values'],
): ReadonlyMap<string, readonly ModuleCall[]> => {
  const local = [...modules].flatMap(([folder, files]) =>
    files.flatMap(file =>
      file.body.blocks.flatMap(block => {
        const source = block.type === 'module' && !isNone(block) ? block.attributes.get('source') : undefined;
        const path = source?.kind === 'template' || source?.kind === 'string' ? sourceOf(source) : undefined;
        return path === undefined || !/^\.\.?(?:\/|$)/.test(path)
          ? []
          : [{ folder, file, block, to: withoutSlash(normalize(joinPath(folder, path))) }];
      }),
    ),
  );
  const byTarget = Map.groupBy(
    local.filter(({ to }) => modules.has(to)),
    ({ to }) => to,
  );
  const calls = new Map<string, readonly ModuleCall[]>();
  const callsTo = (to: string): readonly ModuleCall[] => {
    const known = calls.get(to);
    if (known !== undefined) return known;
    calls.set(to, []);
    const all = (byTarget.get(to) ?? []).flatMap(({ folder, file, block }) => {
      const blocks = (modules.get(folder) ?? []).flatMap(({ body }) => body.blocks);
      const above = callsTo(folder);
      const isKnown = above.length > 0 && above.length <= maxCallers;
      const givers = isKnown ? above : [{ files: [], values: valuesIn(folder) }];
      return givers.map(({ files, values }) => {
        const scope = hclScope(blocks, values, { isLoose: !isKnown && byTarget.has(folder) });
        const given = [...block.attributes]
          .filter(([name]) => !['source', 'version', 'providers', 'count', 'for_each', 'depends_on'].includes(name))
          .map(([name, written]) => [name, asExpression(resolved(written, scope))] as const);
        return { files: [...files, file.name], values: new Map(given) };
      });
    });
    calls.set(to, distinct(all));
    return calls.get(to) ?? [];
  };
  for (const to of byTarget.keys()) callsTo(to);
  return calls;
};

const sourceOf = (source: HclExpression): string | undefined => stringOf(resolved(source, hclScope([])));

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '');

const distinct = (calls: readonly ModuleCall[]): readonly ModuleCall[] =>
  [...Map.groupBy(calls, ({ values }) => JSON.stringify([...values].map(([n, v]) => [n, bare(v)]))).values()].flatMap(
    same => same.slice(0, 1).map(one => ({ ...one, files: same.flatMap(({ files }) => files) })),
  );

/** Without places. */
const bare = (value: HclExpression): unknown =>
  JSON.parse(JSON.stringify(value, (key, one) => (key === 'at' || key === 'end' ? 0 : one)));

/** A value as an expression that stands for it. */
const asExpression = (node: SourceNode): HclExpression => {
  const { at, end } = node;
  if (node.kind === 'array') return { kind: 'list', items: node.items.map(asExpression), at, end };
  if (node.kind !== 'object') return node;
  const members = node.members.map(({ key, at: start, value }) => ({
    key: { kind: 'string' as const, text: key, at: start, end: start },
    value: asExpression(value),
  }));
  return { kind: 'map', members, at, end };
};

/** The folder of a file, as paths of calls name it. */
export const folderNamed = (file: string): string => withoutSlash(normalize(folderOf(file)));
