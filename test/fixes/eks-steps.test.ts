import { expect, test } from '@jest/globals';
import { createAssociation } from '../../lib/fixes/eks-steps.ts';
import { aCluster } from '../support/example-world.ts';

const own = { namespace: 'checkout', serviceAccount: 'cart', roleArn: 'arn:aws:iam::111122223333:role/cart' };
const bare = { targetRoleArn: null, disableSessionTags: null, policy: null };
const sessionPolicy = '{"Version":"2012-10-17","Statement":[]}';
const targetRoleArn = 'arn:aws:iam::444455556666:role/target';

test.each([
  [{}, {}],
  [{ sessionTags: true }, {}],
  [{ sessionTags: false }, { disableSessionTags: true }],
  [{ targetRoleArn }, { targetRoleArn }],
  [{ sessionPolicy }, { policy: sessionPolicy }],
])('an association with %j gives no more and no less', (more, given) => {
  const { change } = createAssociation(aCluster(), { ...own, ...more });
  expect(change).toEqual({
    kind: 'association-created',
    clusterArn: aCluster().arn,
    association: { ...own, ...bare, ...given },
  });
});
