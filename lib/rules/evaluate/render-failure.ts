import { replacedDocument } from '../../fixes/change-table.ts';
import { posixCommands } from '../../fixes/render-step.ts';
import { isSoundStep } from '../../fixes/step.ts';
import type { Evidence, Finding, Fix, FixDraft } from '../../model.ts';
import { given, type MessageData, type Phrase, renderPhrase, renderTemplate } from '../../text.ts';
import type { AnyRule } from '../define-rule.ts';
import type { EvidenceDraft, Failure, Says } from '../failure.ts';

/** The parts of a finding that a person reads, made of what a rule reported: the one place where its data becomes text. */
export const renderFailure = (
  { id, says }: Pick<AnyRule, 'id' | 'says'>,
  { messageId, data, volatile = [], evidence, consequence, from }: Failure,
): Pick<Finding, 'messageId' | 'data' | 'volatile' | 'brief' | 'message' | 'evidence'> => {
  const [brief, sentence] = textsOf(says, messageId, id);
  return {
    messageId,
    data,
    ...(volatile.length === 0 ? {} : { volatile }),
    brief,
    message: [
      `${renderTemplate(sentence, data)}${from === undefined ? '' : `, from ${from} on`}`,
      ...(consequence === undefined ? [] : [consequence]),
    ].join('; '),
    evidence: [...evidence, ...(from === undefined ? [] : [opensOn(from)])].map(renderEvidence),
  };
};

const opensOn = (from: string): EvidenceDraft => ({
  what: 'opens on',
  got: from,
  readFrom: 'the date tests of the trust policy',
});

/** A fix with its steps as text. */
export const renderFix = (draft: FixDraft): Fix => {
  const fix = soundFix(draft);
  const { steps = [] } = fix;
  const [replaces] = steps.flatMap(({ change }) => (change && replacedDocument(change)) ?? []);
  return { ...fix, steps, commands: posixCommands(steps), ...given({ replaces }) };
};

/** The fix without steps of which no command can be made: of a fix all steps are given, or no step. */
const soundFix = (fix: FixDraft): FixDraft => {
  const { steps = [], alternatives = [] } = fix;
  const others = alternatives.filter(({ steps }) => steps.every(isSoundStep));
  const bounded = others.length === alternatives.length ? fix : { ...fix, alternatives: others };
  return steps.every(isSoundStep)
    ? bounded
    : { ...bounded, steps: [], choice: fix.choice === undefined ? unsound : `${unsound} ${fix.choice}` };
};

const unsound = 'No command is given, because it would hold a name that AWS or Kubernetes does not have.';

/** Throws where a rule reports a message that it does not declare: a defect, which its example shows. */
const textsOf = (says: Says, messageId: string, ruleId: string): Says[string] => {
  const texts = Object.hasOwn(says, messageId) ? says[messageId] : undefined;
  if (texts === undefined) throw new Error(`rule ${ruleId} declares no message "${messageId}"`);
  return texts;
};

const renderEvidence = ({ what, got, wanted, readFrom, at, volatile }: EvidenceDraft): Evidence => ({
  what,
  got: renderPhrase(got),
  ...(wanted === undefined ? {} : { wanted: renderPhrase(wanted) }),
  readFrom,
  ...given({ at }),
  ...(typeof got === 'string' && typeof (wanted ?? '') === 'string'
    ? {}
    : { data: { ...valuesOf('got', got), ...valuesOf('wanted', wanted ?? '') } }),
  ...given({ volatile }),
});

const valuesOf = (part: string, value: string | Phrase): MessageData =>
  typeof value === 'string'
    ? { [part]: value }
    : Object.fromEntries(Object.entries(value.data).map(([name, of]) => [`${part}.${name}`, of]));
