/** Override files of a Terraform module, whose blocks are merged into those of other files (Terraform language, "Override Files"). */
import { compareText } from '../../../text.ts';
import type { HclBlock, HclExpression, HclPlace } from './hcl-tree.ts';
import { blockAddress } from './resolve.ts';
import { expressionAt } from './terraform-json.ts';
import type { TerraformFile } from './terraform-module.ts';

const isOverride = ({ name }: TerraformFile): boolean => /(?:^|[\\/_])override\.(?:tf|tofu)(?:\.json)?$/i.test(name);

/** The files of a module with the blocks of override files merged, in the order of their names, into those with the same header. The
 *  merged block is in the file that has the trust policy or the inner blocks of it; the other file has it as `merged`. Values of
 *  `locals` need no merging: the last one of a name counts. */
export const withOverrides = (files: readonly TerraformFile[]): readonly TerraformFile[] => {
  const overrides = files.filter(isOverride).toSorted((a, b) => compareText(a.name, b.name));
  return overrides.reduce(
    overridden,
    files.filter(file => !isOverride(file)),
  );
};

const overridden = (files: readonly TerraformFile[], over: TerraformFile): readonly TerraformFile[] =>
  over.body.blocks.reduce<readonly TerraformFile[]>(
    (all, block) => withBlock(all, block, over.name),
    [...files, { ...over, body: { ...over.body, blocks: [] } }],
  );

const withBlock = (files: readonly TerraformFile[], block: HclBlock, name: string): readonly TerraformFile[] => {
  const base = ['resource', 'data', 'module', 'variable', 'output'].includes(block.type)
    ? files
        .flatMap(({ body }) => body.blocks)
        .find(one => one.type === block.type && blockAddress(one) === blockAddress(block))
    : undefined;
  const isHere =
    base === undefined || block.blocks.length > 0 || [...block.attributes.keys()].some(one => decides.test(one));
  return files.map(file => {
    const old = file.body.blocks.flatMap(one => {
      if (one !== base) return [one];
      return isHere ? [] : [mergedBlock(base, block, base)];
    });
    const added = file.name === name && isHere ? [base ? mergedBlock(base, block, block) : block] : [];
    const lost = isHere ? file.body.blocks.filter(one => one === base) : [];
    const merged = [...(file.merged ?? []), ...lost, ...(file.name === name && !isHere ? [block] : [])];
    return { ...file, body: { ...file.body, blocks: [...old, ...added] }, merged };
  });
};

/** Arguments with a trust policy. */
const decides = /^(?:assume_role_policy(?:_document)?|(?:source|override)_(?:policy_documents|json))$/;

/** A block at the place of one of the two, with the values of the other moved to it. */
const mergedBlock = (base: HclBlock, over: HclBlock, place: HclBlock): HclBlock => {
  const [a, b] = [base, over].map(one => (one === place ? one : { ...one, ...insideAt(one, place) }));
  if (a === undefined || b === undefined) return place;
  const types = new Set(b.blocks.map(typeOf));
  return {
    ...place,
    attributes: new Map([...a.attributes, ...b.attributes]),
    blocks: [...a.blocks.filter(one => !types.has(typeOf(one))), ...b.blocks],
  };
};

const typeOf = ({ type, labels }: HclBlock): string => (type === 'dynamic' ? (labels[0] ?? '') : type);

const insideAt = (
  { attributes, blocks }: HclBlock,
  { at, end }: HclPlace,
): Pick<HclBlock, 'attributes' | 'blocks'> => ({
  attributes: new Map(
    [...attributes].map(([name, value]): [string, HclExpression] => [name, expressionAt(value, { at, end })]),
  ),
  blocks: blocks.map(one => ({ ...one, ...insideAt(one, { at, end }), at, end })),
});
