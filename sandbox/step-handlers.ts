import {
  accountEvent,
  clusterEvent,
  completeEvent,
  fastStartEvent,
  parseEvent,
  runState,
  startEvent,
} from '../lib/audit/events.ts';
import { overlayIssuers } from '../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../lib/audit/fast-lane/plan-fast-run.ts';
import type { AuditChoices, AuditPorts } from '../lib/audit/ports.ts';
import { beginRun } from '../lib/audit/steps/begin-run.ts';
import { collectAccount } from '../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../lib/audit/steps/collect-cluster.ts';
import { completeRun } from '../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../lib/audit/steps/index-issuers.ts';
import { notifyDrift } from '../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../lib/audit/steps/probe-issuers.ts';
import type { StepHandlers } from './workflow/run-workflow.ts';

/** The steps as the Lambdas run them: each input is parsed by the step's own schema. */
export const stepHandlers = (ports: AuditPorts, choices: AuditChoices): StepHandlers => {
  const { clusters } = ports;
  return {
    'list-targets': event => beginRun(ports, parseEvent(startEvent, 'list-targets', event)),
    'collect-account': event => collectAccount(ports, choices, parseEvent(accountEvent, 'collect-account', event)),
    ...(clusters === undefined
      ? {}
      : {
          'collect-cluster': event =>
            collectCluster({ ...ports, clusters }, parseEvent(clusterEvent, 'collect-cluster', event)),
        }),
    'index-issuers': event => indexIssuers(ports, choices, parseEvent(runState, 'index-issuers', event)),
    'probe-issuers': event => probeIssuers(ports, parseEvent(runState, 'probe-issuers', event)),
    'evaluate-account': event => evaluateAccount(ports, choices, parseEvent(accountEvent, 'evaluate-account', event)),
    'notify-drift': event => notifyDrift(ports, choices, parseEvent(runState, 'notify-drift', event)),
    'plan-fast-run': event => planFastRun(ports, parseEvent(fastStartEvent, 'plan-fast-run', event)),
    'overlay-issuers': event => overlayIssuers(ports, choices, parseEvent(runState, 'overlay-issuers', event)),
    'complete-run': event => completeRun(ports, choices, parseEvent(completeEvent, 'complete-run', event)),
  };
};
