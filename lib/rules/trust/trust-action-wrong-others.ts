import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { cleanIssuer } from '../../model/clean-issuer.ts';
import { mayCover, webIdentityAction } from '../../policy/decide/action.ts';
import { hasSubject } from '../../policy/who/shortest-subject.ts';
import { compilePolicy, conditionTruth } from '../../policy/who/subject-set.ts';
import { contextFor } from '../access/trust-context.ts';
import { audiencesFor } from './exposure/exposure.ts';
import type { StatementView } from './statement/statement-view.ts';

/** Where other statements have the action, this one is beside them, as one for sts:TagSession is, or superfluous: unless
 *  it assumes, and names subjects that none of them allows. */
export const isMeantForOthers = (subject: StatementSubject, view: StatementView, facts: Facts): boolean => {
  const { statement, policy } = view;
  if (!statement.actions || !mayCover(statement, 'sts:AssumeRole')) return false;
  const { notActions: _none, ...rest } = statement;
  const meant = { ...rest, actions: statement.actions.map(action => ({ ...action, text: webIdentityAction })) };
  return view.principals.some(principal =>
    audiencesFor(principal, view, facts).some(audience => {
      const context = contextFor(subject, facts, cleanIssuer(principal.hostPath), audience);
      const { certain } = conditionTruth(policy, meant, context);
      const outside = { kind: 'not', part: compilePolicy(policy, context).possible } as const;
      return hasSubject({ kind: 'and', parts: [certain, outside] }, subject.hints) === true;
    }),
  );
};
