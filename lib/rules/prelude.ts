/**
 * The door of the frame of a rule: how it is defined (`defineRule`), answers (`pass`, `unknown` …), fails (`failures`) and names
 * its sources (`eksGuide`). A rule imports this, the doors of the rooms below, and the rooms of its group.
 */

export {
  type AnyRule,
  decideBy,
  defineRule,
  failed,
  failOrPass,
  notApplicable,
  pass,
  type Rule,
  type RuleDocs,
  undecidedOf,
  unknown,
  unknownFor,
  unknownKindOf,
  type Verdict,
} from './define-rule.ts';
export {
  type EvidenceDraft,
  type Explained,
  type Failure,
  type FailureDraft,
  failures,
  type Opens,
  type Says,
} from './failure.ts';
export { bestPractices, eksGuide, iamGuide } from './references.ts';
