import { expect, test } from '@jest/globals';
import { readManagedPolicies } from '../../../lib/collect/iam/managed-policies.ts';
import { readRoles } from '../../../lib/collect/iam/read-roles.ts';
import { complete } from '../../../lib/model/collected.ts';
import { against } from '../../support/answering-aws.ts';

const answerOf = (operation: string, content: string): string =>
  `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${content}</${operation}Result></${operation}Response>`;

test.each(['v1', 'v7'])('of a policy of AWS whose default is %s, the text of that version is read', async version => {
  const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const texts = await against(
    ({ body }) => {
      const asked = new URLSearchParams(body);
      const document = encodeURIComponent(JSON.stringify({ Version: asked.get('VersionId') }));
      return asked.get('Action') === 'GetPolicy'
        ? answerOf('GetPolicy', `<Policy><DefaultVersionId>${version}</DefaultVersionId></Policy>`)
        : answerOf('GetPolicyVersion', `<PolicyVersion><Document>${document}</Document></PolicyVersion>`);
    },
    clients => readManagedPolicies(clients.iam(), [arn], 'run-1', new Map(), 1),
  );
  expect(texts).toEqual({ [arn]: complete(JSON.stringify({ Version: version })) });
});

test.each<readonly [string, (nth: number) => string, string]>([
  ['gives no marker for the next page', () => '', 'roles after page 1'],
  ['gives the same marker again', () => '<Marker>m</Marker>', 'roles after page 2'],
  ['has pages without end', nth => `<Marker>m${nth}</Marker>`, 'roles after page 200'],
])('a role that cannot be read stays a gap where the list of roles %s', async (_, marker, rest) => {
  const odd = '<member><RoleName>odd</RoleName></member>';
  const roles = await against(
    ({ nth }) =>
      answerOf('ListRoles', `<Roles>${nth === 1 ? odd : ''}</Roles><IsTruncated>true</IsTruncated>${marker(nth)}`),
    clients => readRoles(clients.iam()),
  );
  expect(roles.status === 'partial' && roles.gaps.map(({ what }) => what)).toEqual(['entry 1 of roles', rest]);
});
