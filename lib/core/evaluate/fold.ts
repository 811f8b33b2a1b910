import { type Finding, type Folded, worst } from '../model/finding.ts';
import type { Explained } from '../rules/define-rule.ts';

/** A finding before folding: it still knows what it explains. */
export interface RawFinding {
  readonly finding: Finding;
  readonly explains: readonly Explained[];
  readonly explainedBy?: readonly Explained[];
}

/** Findings after folding, and the rules and subjects that were folded away. */
export interface FoldedFindings {
  readonly findings: readonly Finding[];
  readonly explained: readonly { readonly ruleId: string; readonly subject: string }[];
}

/**
 * Reports one cause once: a finding that another one explains becomes part of that one. Chains end at their first cause;
 * where two explain each other both stay. A cause is never milder than what it explains.
 */
export const foldExplained = (raw: readonly RawFinding[]): FoldedFindings => {
  const causes = directCauses(raw);
  const roots = new Map<RawFinding, RawFinding>();
  for (const effect of causes.keys()) {
    const root = rootOf(effect, causes);
    if (root !== undefined) roots.set(effect, root);
  }
  const effects = new Map<RawFinding, Finding[]>();
  for (const [effect, root] of roots) effects.set(root, [...(effects.get(root) ?? []), effect.finding]);
  return {
    findings: raw.filter(item => !roots.has(item)).map(item => withEffects(item.finding, effects.get(item) ?? [])),
    explained: [...roots.keys()].map(({ finding }) => ({ ruleId: finding.ruleId, subject: finding.subject })),
  };
};

/** For each explained finding the first other one that explains it, or that it says it is explained by. */
const directCauses = (raw: readonly RawFinding[]): ReadonlyMap<RawFinding, RawFinding> => {
  const index = new Map<string, RawFinding[]>();
  const file = (key: string, item: RawFinding): void => {
    const group = index.get(key);
    if (group) group.push(item);
    else index.set(key, [item]);
  };
  for (const item of raw) {
    file(item.finding.ruleId, item);
    file(`${item.finding.ruleId} ${item.finding.subject}`, item);
  }
  const named = (self: RawFinding, explained: readonly Explained[]): readonly RawFinding[] =>
    explained.flatMap(({ ruleId, subject, discriminator }) =>
      (index.get(subject === undefined ? ruleId : `${ruleId} ${subject}`) ?? []).filter(
        item => item !== self && (discriminator === undefined || item.finding.discriminator === discriminator),
      ),
    );
  const causes = new Map<RawFinding, RawFinding>();
  for (const cause of raw)
    for (const effect of named(cause, cause.explains)) if (!causes.has(effect)) causes.set(effect, cause);
  for (const effect of raw) {
    const [cause] = named(effect, effect.explainedBy ?? []);
    if (cause && !causes.has(effect)) causes.set(effect, cause);
  }
  return causes;
};

/** The end of a chain of causes; undefined for a member of a circle, which explains nothing. */
const rootOf = (effect: RawFinding, causes: ReadonlyMap<RawFinding, RawFinding>): RawFinding | undefined => {
  const seen = new Set([effect]);
  let root = effect;
  for (let next = causes.get(root); next !== undefined; next = causes.get(root)) {
    if (seen.has(next)) return undefined;
    seen.add(next);
    root = next;
  }
  return root;
};

const withEffects = (finding: Finding, effects: readonly Finding[]): Finding => {
  const explains: readonly Folded[] = effects.map(({ ruleId, subject, message }) => ({ ruleId, subject, message }));
  const severity = effects.reduce((sum, effect) => worst(sum, effect.severity), finding.severity);
  return { ...finding, severity, explains };
};
