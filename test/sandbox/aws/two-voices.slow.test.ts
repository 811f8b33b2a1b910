/** The sandbox's STS and an interpreter written from the guide's tables alone decide the same about drawn trust policies. */
import { describe, expect, test } from '@jest/globals';
import { isTrusted } from '../../../sandbox/aws/sts/trust.ts';
import { aWorld, aWorldAccount, aWorldRole, region } from '../../support/aws-world.ts';
import { exampleIssuer } from '../../support/example-world.ts';
import { naiveDecide } from '../../support/naive-interpreter.ts';
import { type Dice, dice, randomPolicy, randomRequest } from '../../support/random-policy.ts';
import { P, provider } from '../../support/trust-cases.ts';

type Answer = 'allow' | 'deny' | 'unknown';

const call = { world: aWorld(), account: aWorldAccount(), callerArn: '', region, userAgent: 'test', input: {} };

/** Both answers to a drawn policy and token. */
const bothOf = async (roll: Dice, policy = randomPolicy(roll)) => {
  const { subject: sub, audience: aud, roleTags: tags = {} } = randomRequest(roll);
  const roleArn = 'arn:aws:iam::111122223333:role/app';
  const role = aWorldRole({ trustPolicy: JSON.stringify(policy), tags });
  const asked = { action: 'sts:AssumeRoleWithWebIdentity', principal: provider, roleArn, role, issuer: P } as const;
  const sts: Answer = await isTrusted(call, { ...asked, context: { [`${P}:sub`]: sub, [`${P}:aud`]: aud } }).then(
    trusted => (trusted ? 'allow' : 'deny'),
    error => {
      if (!String(error).includes('AWS does not document')) throw error;
      return 'unknown';
    },
  );
  const guide: Answer = naiveDecide(policy, { roleArn, iss: exampleIssuer, sub, aud, tags });
  return { sts, guide, policy, sub, aud, tags };
};

/** Keys whose presence no page tells: the interpreter tries both, where STS asks no further. */
const isDoubtful = (policy: object): boolean => /:oaud|aws:SourceVpc/.test(JSON.stringify(policy));

describe('of three thousand drawn policies', () => {
  const count = 3000;
  test('each is decided alike, or by neither', async () => {
    const roll = dice(20261203);
    const answers: Awaited<ReturnType<typeof bothOf>>[] = [];
    for (let drawn = 0; drawn < count; drawn += 1) answers.push(await bothOf(roll));
    const apart = answers.filter(
      ({ sts, guide, policy }) => sts !== guide && !(sts === 'unknown' && isDoubtful(policy)),
    );
    expect(apart.slice(0, 3).map(each => JSON.stringify(each))).toEqual([]);
    for (const answer of ['allow', 'deny', 'unknown'] as const)
      expect(answers.filter(({ sts }) => sts === answer).length).toBeGreaterThan(count / 25);
  });
});
