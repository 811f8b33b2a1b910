import { expect } from '@jest/globals';
import { runLint } from './run-lint.ts';

export const webIdentity = 'sts:AssumeRoleWithWebIdentity';
/** The beginning of a provider's ARN. */
export const oidc = 'arn:aws:iam::111122223333:oidc-provider';
export const cart = 'system:serviceaccount:checkout:cart';

/** A statement that a provider is trusted by. */
export interface Shape {
  readonly federated: string;
  readonly action?: string;
  readonly condition?: unknown;
}

export const statementOf = ({ federated, action = webIdentity, condition }: Shape): unknown => ({
  Effect: 'Allow',
  Principal: { Federated: federated },
  Action: action,
  ...(condition === undefined ? {} : { Condition: condition }),
});

export const policyOf = (shape: Shape): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statementOf(shape)] });

/** Rules of the findings from `low` on, and what was not judged. */
export const said = async (
  input: string,
): Promise<{ readonly rules: readonly string[]; readonly doubts: readonly string[] }> => {
  const { findings, undecided, errors } = JSON.parse((await runLint(['--json', '-'], input)).out);
  expect(errors).toEqual([]);
  return {
    rules: findings.map((one: { ruleId: string }) => one.ruleId),
    doubts: undecided.map((one: { why: string }) => one.why),
  };
};

export const silent = { rules: [], doubts: [] };
export const sub = (key: string, value = cart) => ({ StringEquals: { [key]: value } });
export const subLike = (key: string, value: string) => ({ StringLike: { [key]: value } });
