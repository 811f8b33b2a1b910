import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { worldOf } from './worlds.ts';

/** Worlds in which the verdict of `reach-administrator` is known. */
export const examples: Examples = {
  pass: {
    title: 'developers edit the namespace ci, and the administrator role is of a service account in checkout',
    facts: () => worldOf([{ who: 'group:devs', in: 'ci', rules: ['get,list pods', 'create configmaps'] }]),
  },
  fail: {
    title: 'developers may create pods in the namespace of a service account with an administrator role',
    facts: () => worldOf([{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }]),
  },
  unknown: { title: 'roles and bindings were not asked for', facts: () => someFacts() },
};
