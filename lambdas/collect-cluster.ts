import { clusterEvent } from '../lib/audit/events.ts';
import { collectCluster } from '../lib/audit/steps/collect-cluster.ts';
import { clients, clusters } from './shared/compose-collectors.ts';
import { now } from './shared/compose-configuration.ts';
import { documents } from './shared/compose-documents.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 2, for each cluster whose inside is asked for. */
export const handler = stepHandler('collect-cluster', clusterEvent, event =>
  collectCluster({ clusters: clusters(), documents: documents(), calls: clients().calls, now }, event),
);
