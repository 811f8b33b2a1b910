import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { changesData, worldOf } from './worlds.ts';

/** Worlds in which the verdict of `reach-stronger-role` is known. */
export const examples: Examples = {
  pass: {
    title: 'a service account may read pods of a workload whose role changes data',
    facts: () => worldOf([{ who: 'sa:ci/runner', in: 'checkout', rules: ['get,list pods'] }], changesData),
  },
  fail: {
    title: 'a service account without a role may run commands in pods whose role changes data',
    facts: () => worldOf([{ who: 'sa:ci/runner', in: 'checkout', rules: ['create pods/exec'] }], changesData),
  },
  unknown: { title: 'roles and bindings were not asked for', facts: () => someFacts() },
};
