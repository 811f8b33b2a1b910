/** The effect of resource control policies on the role of one service account: the rule on the role speaks of all of
 *  them. */
import { controlTexts, isAsked, trustQuestion } from '../facts.ts';
import { parseArn, readFailuresOf } from '../model.ts';
import { decideUnder, subjectOf } from '../policy.ts';
import type { WhyContext } from './why-context.ts';
import { inWords, type StepReading, type WhyCause } from './why-reading.ts';

/** True where the policies over the role's account were asked for: they are read for the cluster's account alone. */
export const asksControlPolicies = ({ roleArn, facts }: Pick<WhyContext, 'roleArn' | 'facts'>): boolean =>
  isAsked(facts.snapshot.controlPolicies) &&
  (roleArn === undefined || parseArn(roleArn)?.accountId === facts.snapshot.accountId);

/** The decision of these policies on a role that the trust policy gives. */
export const controlReading = (context: WhyContext): Pick<StepReading, 'unread' | 'fault'> => {
  const { roleArn, issuer, facts, target, accountName = '', audience } = context;
  if (roleArn === undefined || issuer === undefined || !asksControlPolicies(context)) return {};
  const question = trustQuestion({ roleArn, issuer, subject: subjectOf(target.namespace, accountName) }, facts);
  if (question.status !== 'ready') return {};
  const before = question.ask(audience);
  const { decision, reasons } = decideUnder(before, controlTexts(facts), question.request(audience));
  if (before.decision === 'deny') return {};
  if (decision === 'deny') return { fault: context.findingOf('role-denied-by-rcp', roleArn) ?? causeOf(reasons) };
  const [unread] = readFailuresOf(facts.snapshot.controlPolicies);
  if (unread) return { unread: inWords(unread) };
  return decision !== before.decision && reasons[0] !== undefined ? { unread: reasons[0] } : {};
};

/** Where the rule on the role says nothing of this service account by itself. */
const causeOf = ([because = '']: readonly string[]): WhyCause => ({
  message: because,
  evidence: [],
  fix: {
    summary: 'Have the administrator of the organization change the policy, so that it does not apply to this token.',
    commands: [],
    choice: 'Whether the organization trusts this service account: no change in this account helps.',
  },
});
