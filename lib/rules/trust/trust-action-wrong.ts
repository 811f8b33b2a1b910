import { eksPrincipalsOf, type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import { cleanIssuer } from '../../model.ts';
import {
  type ConditionTest,
  compilePolicy,
  conditionTruth,
  hasSubject,
  mayCover,
  parseOperator,
  type Statement,
  testsOnClaim,
  truthWhenAbsent,
  webIdentityAction as wanted,
  webIdentityAction,
} from '../../policy.ts';
import type { JsonObject } from '../../text.ts';
import { trustContextFor } from '../access/trust-context.ts';
import { defineRule, iamGuide, notApplicable, pass } from '../prelude.ts';
import { differingAudiences } from './exposure/exposure.ts';
import { editForProviders } from './policy-edit/policy-json.ts';
import { trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { readAt, type StatementView, viewOf } from './statement/statement-view.ts';
import { letsManyIn } from './statement/subject-values.ts';

/** A federated principal with another action: IAM saves it, and no pod can assume the role. */
export const trustActionWrong = defineRule({
  id: 'trust-action-wrong',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Statements for an OIDC provider allow web identity',
  fault: 'The statement for an OIDC provider does not allow web identity',
  says: {
    action: [
      'web identity not allowed',
      '{statement} of role {role} allows {actions} and not sts:AssumeRoleWithWebIdentity',
    ],
    'not-action': [
      'web identity not allowed',
      '{statement} of role {role} allows every action but {actions}, and so not sts:AssumeRoleWithWebIdentity',
    ],
  },
  needs: ['roles'],
  why: 'A pod exchanges its token with sts:AssumeRoleWithWebIdentity. Nobody can assume the role by a statement that allows only sts:AssumeRole, which is the action for AWS accounts and services.',
  fix: 'Set the action to sts:AssumeRoleWithWebIdentity.',
  references: [iamGuide('access-analyzer-reference-policy-checks'), 'docs/facts.md §A.7'],
  check: (subject, facts, fail) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    const { actions: named, notActions = [] } = view.statement;
    const actions = named ?? notActions;
    const [first] = actions;
    if (!first || view.statement.problems.length > 0 || mayCover(view.statement)) return pass;
    const arns = view.principals.map(principal => principal.arn);
    const elsewhere = (statement: Statement) =>
      statement.effect === 'Allow' &&
      mayCover(statement) &&
      arns.every(arn => eksPrincipalsOf(statement.principal, facts).some(other => other.arn === arn));
    const isBounded = testsOnClaim(view.statement.conditions, 'sub', view.hostPaths).some(isBound);
    if (view.policy.statements.some(elsewhere) && !(isBounded && isMeantForOthers(subject, view, facts))) return pass;
    const got = actions.map(action => action.text).join(', ');
    const policy = editForProviders(subject.role.trustPolicy, view.statement.index, arns, withAction);
    return fail[view.statement.notActions ? 'not-action' : 'action']({
      statement: subject.label,
      role: subject.role.name,
      actions: actions.map(action => action.text),
    })
      .discriminator(arns.join(' '))
      .at(first.at)
      .evidence(view.statement.notActions ? 'NotAction' : 'Action', readAt(subject, first.at), got, wanted)
      .volatile(['statement'])
      .podError(notAuthorized)
      .fix(
        trustPolicyFix(subject, facts, policy, {
          summary: `Set the action of ${subject.label} to ${wanted}.`,
          instead: `Name the service accounts that use the role under StringEquals ${view.hostPaths.join(' and ')}:sub first: every service account that passes the tests of the statement can then assume it.`,
          terraform: `actions = ["${wanted}"]`,
          cdk: `assumeRoleAction: '${wanted}'`,
        }),
      );
  },
});

/** A test that names service accounts, each in its namespace. */
const isBound = (test: ConditionTest): boolean => {
  const operator = parseOperator(test.operator);
  return (
    operator?.negated === false &&
    truthWhenAbsent(test) === 'false' &&
    test.values.every(({ text }) => !letsManyIn(text))
  );
};

const withAction = ({ NotAction: _, ...statement }: JsonObject): JsonObject => ({ ...statement, Action: wanted });

/** Where other statements have the action, this one is beside them, as one for sts:TagSession is, or superfluous: unless
 *  it assumes, and names subjects that none of them allows. */
const isMeantForOthers = (subject: StatementSubject, view: StatementView, facts: Facts): boolean => {
  const { statement, policy } = view;
  if (!statement.actions || !mayCover(statement, 'sts:AssumeRole')) return false;
  const { notActions: _none, ...rest } = statement;
  const meant = { ...rest, actions: statement.actions.map(action => ({ ...action, text: webIdentityAction })) };
  return view.principals.some(principal =>
    differingAudiences(principal, view, facts).some(audience => {
      const context = trustContextFor(subject, facts, cleanIssuer(principal.hostPath), audience);
      const { certain } = conditionTruth(policy, meant, context);
      const outside = { kind: 'not', part: compilePolicy(policy, context).possible } as const;
      return hasSubject({ kind: 'and', parts: [certain, outside] }, subject.hints) === true;
    }),
  );
};
