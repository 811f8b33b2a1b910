import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { aRole } from '../../support/example-world.ts';
import { annotatedWith, worldOf } from '../../support/in-cluster-world.ts';
import { reportedBy } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { fixOf } from './worlds.ts';

const rule = ruleById('service-account-role-arn-malformed');
if (rule === undefined) throw new Error('there is no such rule');

describe('a malformed annotation', () => {
  const fix = (roleArn: string, roles = [aRole()]) =>
    fixOf(
      'service-account-role-arn-malformed',
      worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': roleArn }), { roles: complete(roles) }),
    );
  const session = 'arn:aws:sts::111122223333:assumed-role/checkout-cart/s';

  test('with two ARNs gets no command for one of them', () =>
    expect(fix(`${aRole().arn},arn:aws:iam::111122223333:role/admin`)).toMatchObject({
      commands: [],
      choice: expect.any(String),
    }));

  test('that names a session gets the role with its path where it was read', () => {
    const arn = 'arn:aws:iam::111122223333:role/teams/checkout-cart';
    expect(fix(session, [aRole({ arn, path: '/teams/' })])?.commands[0]).toContain(`role-arn=${arn}`);
  });

  test('that names a session of a role that was not read says how to look it up', () =>
    expect(fix(session, [])).toMatchObject({
      commands: [],
      choice: expect.stringContaining('aws iam get-role --role-name checkout-cart'),
    }));

  test('that is empty is none to the webhook: low at most', () => {
    const said = (roleArn: string) =>
      reportedBy(
        'service-account-role-arn-malformed',
        worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': roleArn })),
      );
    expect(said('')).toEqual([['low', 'empty', { serviceAccount: 'checkout/cart' }]]);
    expect(said(' ')).toEqual([['high', 'blank', { serviceAccount: 'checkout/cart' }]]);
  });

  test('with a blank inside of the name gets no command: what was meant is a guess', () =>
    expect(fix('arn:aws:iam::111122223333:role/checkout cart')?.commands).toEqual([]));

  test('is logged by STS as too short up to 19 characters, and as invalid from 20 on; an empty one is never sent', () => {
    const errorOf = (roleArn: string) =>
      evaluate(worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': roleArn })), { rules: [rule] }).findings[0]
        ?.podError;
    expect(errorOf('x'.repeat(19))).toMatch(/^ValidationError: .*'x{19}' at 'roleArn' .*greater than or equal to 20$/);
    expect(errorOf('x'.repeat(20))).toBe('ValidationError: Request ARN is invalid');
    expect(errorOf('')).toBeUndefined();
  });

  test('that names a session of another account gets no role of this one, though it has the same name', () =>
    expect(fix('arn:aws:sts::444455556666:assumed-role/checkout-cart/s')).toMatchObject({
      commands: [],
      choice: expect.stringContaining('aws iam get-role --role-name checkout-cart'),
    }));

  test('that names no session says how to list the roles', () =>
    expect(fix('checkout-cart')).toMatchObject({
      commands: [],
      choice: expect.stringContaining("aws iam list-roles --query 'Roles[].Arn'"),
    }));

  test('of another partition than the cluster', () =>
    expect(
      reportedBy(
        'service-account-role-arn-malformed',
        worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': 'arn:aws-cn:iam::111122223333:role/checkout-cart' })),
      ),
    ).toEqual([['high', 'partition', { serviceAccount: 'checkout/cart', partition: 'aws-cn', wanted: 'aws' }]]));
});
