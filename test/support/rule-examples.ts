import type { Facts } from '../../lib/facts/facts.ts';
import { catalog, groupOf } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';

/** A tiny world in which a rule's verdict is known. One contract test runs it, and the docs show it. */
export interface Example {
  readonly title: string;
  readonly facts: () => Facts;
}

/** The examples of one rule. */
export interface Examples {
  readonly pass: Example;
  readonly fail: Example;
  readonly unknown?: Example;
}

const read = async (rule: AnyRule): Promise<readonly [string, Examples]> => {
  const { examples } = (await import(`../rules/${groupOf(rule)}/${rule.id}.examples.ts`)) as {
    readonly examples: Examples;
  };
  return [rule.id, examples];
};

const byRule: ReadonlyMap<string, Examples> = new Map(await Promise.all(catalog.map(read)));

/** The examples of a rule of the catalogue, from `test/rules/<group>/<id>.examples.ts`. Throws where it has no such file. */
export const examplesOf = ({ id }: Pick<AnyRule, 'id'>): Examples => {
  const examples = byRule.get(id);
  if (examples === undefined) throw new Error(`rule ${id} has no examples`);
  return examples;
};
