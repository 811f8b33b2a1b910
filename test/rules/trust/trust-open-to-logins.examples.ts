import { complete } from '../../../lib/model/collected.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

const host = 'token.actions.githubusercontent.com';
const provider = aProvider({ issuer: `https://${host}` });

/** Worlds in which the verdict of `trust-open-to-logins` is known. */
export const examples: Examples = {
  pass: { title: 'a literal owner at GitHub', facts: () => worldWith('repo:acme/infra:*') },
  fail: { title: 'any repository of GitHub with a name, whoever owns it', facts: () => worldWith('repo:*/infra:*') },
};

const worldWith = (subject: string) => {
  const policy: { Statement: unknown[] } = JSON.parse(aTrustPolicy());
  const github = {
    Effect: 'Allow',
    Principal: { Federated: provider.arn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { [`${host}:sub`]: subject } },
  };
  const trustPolicy = JSON.stringify({ ...policy, Statement: [...policy.Statement, github] });
  return someFacts({ providers: complete([aProvider(), provider]), roles: complete([aRole({ trustPolicy })]) });
};
