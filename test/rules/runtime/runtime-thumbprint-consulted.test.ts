import { someFacts } from '../../support/example-world.ts';
import { nameless, run, window } from './worlds.ts';

run('runtime-thumbprint-consulted', [
  [
    'reports a provider that is not named',
    someFacts(window({ ...nameless, verificationMethods: ['Thumbprint'] })),
    ['info consulted'],
  ],
]);
