import { expect, test } from '@jest/globals';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { type ControlPolicyTable, policiesOver, serviceControlsOf } from '../../lib/model/control-policy.ts';

const reason = { kind: 'denied', operation: 'organizations:ListPolicies', message: 'no' } as const;
const policy = (name: string, ...targets: readonly string[]) => ({
  ...{ id: `p-${name}`, name, targets: complete(targets), document: complete(`{"${name}":1}`) },
});
const told = (name: string) => ({ name, document: `{"${name}":1}` });
const chains = { a: complete(['a', 'ou-1', 'r-1']), manager: complete([]), unread: unavailable<never>(reason) };
const all = [policy('root', 'r-1'), policy('unit', 'ou-1', 'ou-2'), policy('own', 'a'), policy('other', 'b')];
const table = (services?: ControlPolicyTable['services']) =>
  complete({ policies: [], chains, ...(services && { services }) });

test.each<readonly [string, ControlPolicyTable['services'], string, ReturnType<typeof serviceControlsOf>]>([
  ['are not asked for', undefined, 'a', undefined],
  [
    'are those of account, unit and root',
    complete(all),
    'a',
    complete([[told('own')], [told('unit')], [told('root')]]),
  ],
  ['are none over the account that manages the organization', complete(all), 'manager', complete([])],
  ['are none over it, where they cannot be read either', unavailable(reason), 'manager', complete([])],
  ['cannot be read', unavailable(reason), 'a', unavailable(reason)],
  ['were read in part', withGaps(all, [{ what: 'page 2', reason }]), 'a', unavailable(reason)],
  [
    'of which a target is not known',
    complete([{ ...policy('x'), targets: unavailable(reason) }]),
    'a',
    unavailable(reason),
  ],
  [
    'of which the text is not known',
    complete([{ ...policy('x', 'a'), document: unavailable(reason) }]),
    'a',
    unavailable(reason),
  ],
  [
    'of which the text of another account is not known',
    complete([...all, { ...policy('x', 'b'), document: unavailable(reason) }]),
    'a',
    complete([[told('own')], [told('unit')], [told('root')]]),
  ],
  ['over an account whose units are not known', complete(all), 'unread', unavailable(reason)],
])('service control policies that %s', (_, services, accountId, expected) => {
  expect(serviceControlsOf(table(services), accountId)).toEqual(expected);
});

test('of a table that was not read, and of an account that nobody asked about, nothing is known', () => {
  expect(serviceControlsOf(unavailable(reason), 'a')).toEqual(unavailable(reason));
  expect(serviceControlsOf(table(complete(all)), 'c')).toEqual(
    unavailable({ kind: 'invalid', operation: 'organizations:ListParents', message: 'account c was not asked about' }),
  );
});

test('over some accounts are the policies above them, those of unknown targets too: of both kinds', () => {
  const open = { ...policy('open'), targets: unavailable<never>(reason) };
  const whole: ControlPolicyTable = {
    policies: [...all, open],
    chains,
    services: withGaps([...all, open], [{ what: 'x', reason }]),
  };
  const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const seen = (accountIds: readonly string[]) => {
    const { policies, chains: own, services } = policiesOver(whole, accountIds);
    return [namesOf(policies), Object.keys(own), services?.status === 'partial' ? namesOf(services.value) : services];
  };
  expect(seen(['a'])).toEqual([['root', 'unit', 'own', 'open'], ['a'], ['root', 'unit', 'own', 'open']]);
  expect(seen(['manager', 'unread', 'nobody'])).toEqual([['open'], ['manager', 'unread'], ['open']]);
  expect(seen(['manager', 'a'])[0]).toEqual(['root', 'unit', 'own', 'open']);
  const refused = { ...policy('refused'), document: unavailable<never>(reason) };
  const over = (ids: readonly string[]) =>
    namesOf(policiesOver({ ...whole, policies: [...all, refused] }, ids).policies);
  expect([over(['manager']), over(['unread'])]).toEqual([['refused'], []]);
  expect(policiesOver({ policies: [], chains }, ['a'])).toEqual({ policies: [], chains: { a: chains.a } });
});
