import { type Finding, type Folded, worst } from '../../model.ts';
import type { Explained } from '../failure.ts';

/** A finding before folding: it still knows what it explains. */
export interface RawFinding {
  readonly finding: Finding;
  readonly explains: readonly Explained[];
  /** For each failure that it is made of: only what explains all of them explains the finding. */
  readonly explainedBy: readonly (readonly Explained[])[];
  /** Other places of the same document have the same fault, and fixes of their own. */
  readonly hasOtherPlaces?: boolean;
}

/** Findings after folding, and the rules and subjects that were folded away. */
interface FoldedFindings {
  readonly findings: readonly Finding[];
  readonly explained: readonly { readonly ruleId: string; readonly subject: string }[];
}

/**
 * Reports one cause once: a finding that another one explains becomes part of that one, and of every other that explains
 * it too: which of them was read does not decide what the first one says. Chains end at their first cause; where two
 * explain each other both stay. A cause is never milder than what it explains, and no hygiene where that is more.
 */
export const foldExplained = (raw: readonly RawFinding[]): FoldedFindings => {
  const causes = directCauses(raw);
  const folded = new Set([...causes.keys()].filter(effect => rootOf(effect, causes) !== undefined));
  const effects = new Map<RawFinding, Finding[]>();
  for (const effect of folded)
    for (const root of rootsOf(effect, causes, folded))
      effects.set(root, [...(effects.get(root) ?? []), effect.finding]);
  return {
    findings: raw.filter(item => !folded.has(item)).map(item => withEffects(item.finding, effects.get(item) ?? [])),
    explained: [...folded].map(({ finding }) => ({ ruleId: finding.ruleId, subject: finding.subject })),
  };
};

/** For each explained finding the other ones that explain it, then those that it says it is explained by. */
type Causes = ReadonlyMap<RawFinding, readonly RawFinding[]>;

const directCauses = (raw: readonly RawFinding[]): Causes => {
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
    explained.flatMap(({ ruleId, subject, discriminator, clusterArn }) =>
      (index.get(subject === undefined ? ruleId : `${ruleId} ${subject}`) ?? []).filter(
        ({ finding }) =>
          finding !== self.finding &&
          (discriminator === undefined || finding.discriminator === discriminator) &&
          (clusterArn === undefined || finding.clusterArn === clusterArn),
      ),
    );
  const causes = new Map<RawFinding, RawFinding[]>();
  const add = (effect: RawFinding, cause: RawFinding): void => {
    const known = causes.get(effect);
    if (known === undefined) causes.set(effect, [cause]);
    else if (!known.includes(cause)) known.push(cause);
  };
  for (const cause of raw) for (const effect of named(cause, cause.explains)) add(effect, cause);
  for (const effect of raw) {
    const found = effect.explainedBy.map(explained => named(effect, explained));
    if (found.every(group => group.length > 0)) for (const cause of found.flat()) add(effect, cause);
  }
  return causes;
};

/** The end of a chain of first causes; undefined for a member of a circle, which explains nothing. */
const rootOf = (effect: RawFinding, causes: Causes): RawFinding | undefined => {
  const seen = new Set([effect]);
  let root = effect;
  for (let next = causes.get(root)?.[0]; next !== undefined; next = causes.get(root)?.[0]) {
    if (seen.has(next)) return undefined;
    seen.add(next);
    root = next;
  }
  return root;
};

/** Where a folded finding is told: at the ends of all of its chains. */
const rootsOf = (effect: RawFinding, causes: Causes, folded: ReadonlySet<RawFinding>): ReadonlySet<RawFinding> => {
  const roots = new Set<RawFinding>();
  const seen = new Set<RawFinding>();
  const open = [effect];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const behind = folded.has(next) ? causes.get(next) : undefined;
    if (behind) open.push(...behind);
    else roots.add(next);
  }
  return roots;
};

const withEffects = (finding: Finding, effects: readonly Finding[]): Finding => {
  const explains: readonly Folded[] = effects.map(({ id, ruleId, subject, discriminator, message }) => ({
    id,
    ruleId,
    subject,
    ...(discriminator === '' ? {} : { discriminator }),
    message,
  }));
  const gravest = effects.reduce((a, b) => (worst(a.severity, b.severity) === a.severity ? a : b), finding);
  const impact = finding.impact === 'hygiene' ? gravest.impact : finding.impact;
  return { ...finding, severity: gravest.severity, impact, explains };
};
