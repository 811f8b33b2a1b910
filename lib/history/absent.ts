/** The fate of findings that a run does not have. Unread data resolves nothing. */
import type { Finding, Folded } from '../model.ts';
import { anySubject, type Evaluation, fateOf, outcomeKey } from '../rules/evaluate/evaluation.ts';
import { coveredBy } from '../rules/evaluate/waivers.ts';
import { isOpen, type KnownState } from './known-state.ts';
import type { KnownFinding } from './transition.ts';

/** A finding of the run that explains another one, by the id that it is known by. */
export type ExplainingFinding = Pick<Finding, 'id' | 'ruleId'>;

/** Why a known finding is not among those of a run: it is resolved, it is a part of its causes (worst first), or it could
 *  not be checked and stays as it is. */
export type Absence =
  | { readonly resolution: string }
  | { readonly explainedBy: readonly [ExplainingFinding, ...ExplainingFinding[]] }
  | { readonly unconfirmedBecause: string };

/** The name of a finding in its account, be it on its own or part of its cause. */
export type Named = Pick<Folded, 'ruleId' | 'subject' | 'discriminator'>;

/** Equal texts for equal names. */
export const nameKey = ({ ruleId, subject, discriminator = '' }: Named): string =>
  JSON.stringify([ruleId, subject, discriminator]);

/** True where a finding or an effect may still be there. */
export const mayRemain = (absence: Absence): boolean => 'unconfirmedBecause' in absence;

/** Says of each known finding or effect that the evaluation does not have, why it does not. Findings of the evaluation bear
 *  the ids that they are known by. */
export const absenceIn = (evaluation: Evaluation): ((named: Named) => Absence) => {
  const seen = new Set(evaluation.subjects);
  const undecided = new Map(
    evaluation.undecided.map(({ ruleId, subject, missing }) => [outcomeKey(ruleId, subject), missing]),
  );
  const causes = Map.groupBy(
    evaluation.findings.flatMap(cause => cause.explains.map(effect => ({ cause, effect: nameKey(effect) }))),
    ({ effect }) => effect,
  );
  return named => {
    const { ruleId, subject } = named;
    const [first, ...others] = (causes.get(nameKey(named)) ?? []).map(({ cause }) => cause);
    if (first !== undefined) return { explainedBy: [first, ...others] };
    const missing = undecided.get(outcomeKey(ruleId, subject));
    if (missing !== undefined) return { unconfirmedBecause: missing };
    switch (fateOf(evaluation, seen, ruleId, subject)) {
      case 'unknown':
        return {
          unconfirmedBecause: undecided.get(outcomeKey(ruleId, anySubject)) ?? 'what the rule needs was not read',
        };
      case 'not-run':
        return { unconfirmedBecause: 'its rule did not run' };
      case 'not-read':
        return { unconfirmedBecause: 'its subject was not read in this run' };
      case 'off':
        return { resolution: 'rule off' };
      case 'n/a':
        return { resolution: 'no longer applies' };
      case 'gone':
        return { resolution: 'gone' };
      default:
        return { resolution: 'passed' };
    }
  };
};

/** The absence of "a waiver has expired": it stays open for as long as a finding that the waiver covered may remain.
 *  Undefined for other findings, and where all that it covered is settled. `gone`: known findings that the run does not
 *  have. */
export const absenceOfWaiver = (
  { finding }: KnownFinding,
  gone: readonly KnownFinding[],
  { newer }: KnownState,
  absenceOf: (named: Named) => Absence,
): Absence | undefined => {
  const covers = coveredBy(finding);
  if (covers === undefined) return undefined;
  // A finding that a newer version wrote is not asked about.
  const ofNewer = newer?.findings.some(named => named.ruleId === '' || covers(named)) ?? false;
  const remains =
    ofNewer || gone.some(item => isOpen(item) && covers(item.finding) && mayRemain(absenceOf(item.finding)));
  return remains ? { unconfirmedBecause: 'what the waiver covered could not be checked' } : undefined;
};
