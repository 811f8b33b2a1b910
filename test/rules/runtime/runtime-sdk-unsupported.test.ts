import { someFacts } from '../../support/example-world.ts';
import { calling, nameless, old, refusedOnce, run, window } from './worlds.ts';

run('runtime-sdk-unsupported', [
  [
    'reports an old SDK of a caller that is not named',
    someFacts(window({ ...nameless, ...refusedOnce, userAgents: [old] })),
    ['medium tooOld'],
  ],
  ['is silent for an old SDK that was seen to work 50 times', calling({ successes: 50, userAgents: [old] }), []],
  [
    'is silent for the agent of a call that succeeded, among others that failed',
    calling({ successes: 1, ...refusedOnce, userAgents: [old], workingAgents: [old] }),
    [],
  ],
  [
    'reports an agent of which every call failed, among others that succeeded',
    calling({
      successes: 1,
      ...refusedOnce,
      userAgents: ['aws-sdk-go-v2/1.36.3', old],
      workingAgents: ['aws-sdk-go-v2/1.36.3'],
    }),
    ['medium tooOld'],
  ],
  [
    'does not judge the .NET SDK, whose user agent has another numbering',
    calling({ ...refusedOnce, userAgents: ['aws-sdk-dotnet-coreclr/3.3.107.40 aws-sdk-dotnet-core/3.3.107.40'] }),
    [],
  ],
]);
