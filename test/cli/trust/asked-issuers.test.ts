/** The issuers that a command answers for, by what its policy trusts and what it was given, and what it says of that. */
import { expect, test } from '@jest/globals';
import { askedIssuer, askedIssuers } from '../../../lib/cli/trust/asked-issuers.ts';
import { parsePolicy } from '../../../lib/policy/parse/parse-policy.ts';

const eks = (id: string) => `oidc.eks.eu-west-1.amazonaws.com/id/${id.repeat(32)}`;
const policyOf = (...hosts: readonly string[]) => {
  const parsed = parsePolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: hosts.map(host => ({
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
      })),
    }),
  );
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.policy;
};
const [a, b] = [eks('A'), eks('B')];
const [first, second] = ['token.example.com', 'kube.example.com/x'];

const answer = (ask: typeof askedIssuers | typeof askedIssuer, hosts: readonly string[], given?: string) => {
  let said = '';
  const io = { stderr: { write: (text: string) => (said += text) } } as never;
  try {
    const found = ask(policyOf(...hosts), given, io);
    return [[found].flat(), said];
  } catch (error) {
    return [`${(error as Error).name}: ${(error as Error).message}`, said];
  }
};
const unnamed = (issuer: string, more: string) =>
  `irsa-auditor: the policy does not name the issuer ${issuer}${more}\n`;

test.each<readonly [hosts: readonly string[], given: string | undefined, found: unknown, said: string]>([
  [[a], undefined, [`https://${a}`], ''],
  [[a, b, first], undefined, [`https://${a}`, `https://${b}`], ''],
  [[a], `https://${a}`, [`https://${a}`], ''],
  [[a, first], `https://${first}`, [`https://${first}`], ''],
  [[a, first], `https://${b}`, [`https://${b}`], unnamed(`https://${b}`, `; it names https://${a}, https://${first}`)],
  [[], `https://${b}`, [`https://${b}`], unnamed(`https://${b}`, '')],
  [[a], '<issuer>', 'UsageError: --issuer is <issuer>, a placeholder: give the issuer of a cluster', ''],
  [
    [first],
    undefined,
    [`https://${first}`],
    `irsa-auditor: nothing tells that https://${first} is the issuer of a cluster: the answer is for its tokens\n`,
  ],
  [
    [first, second],
    undefined,
    `UsageError: the policy names 2 issuers, none of them known as a cluster's: give --issuer with one of https://${first}, https://${second}`,
    '',
  ],
])('of %j with %j', (hosts, given, found, said) => {
  expect(answer(askedIssuers, hosts, given)).toEqual([found, said]);
  if (hosts.length < 3) expect(answer(askedIssuer, hosts, given)).toEqual([found, said]);
});

test('no provider, and more than one cluster where one is wanted', () => {
  expect(answer(askedIssuers, [])).toEqual([
    [expect.any(String)],
    'irsa-auditor: the policy names no OIDC provider: give --issuer to ask about a cluster\n',
  ]);
  expect(answer(askedIssuer, [a, b])).toEqual([
    `UsageError: the policy trusts 2 clusters: give --issuer with one of https://${a}, https://${b}`,
    '',
  ]);
});
