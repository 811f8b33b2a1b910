import { type Configuration, watchedPeriod } from '../config/configuration.ts';
import { fastLaneName } from './contract.ts';

/** The alarms that watch a deployment of a configuration, by name: a test compares them with the infrastructure. */
export const watchersOf = (configuration: Configuration) => {
  const { name, weeklySummary, fastLane } = configuration;
  const named = (wanted: boolean, ...ends: readonly string[]) => (wanted ? ends.map(end => `${name}-${end}`) : []);
  return {
    alarms: [
      ...named(true, 'run-failed', 'not-started', 'not-delivered', 'unread-accounts'),
      ...named(watchedPeriod(configuration) !== undefined, 'no-run'),
      ...named(weeklySummary.enabled, 'summary-not-sent'),
      ...named(fastLane.enabled, 'fast-run-failed', 'change-not-noted', 'fast-lane-no-events'),
    ],
    schedules: [name, ...named(weeklySummary.enabled, 'weekly-summary')],
    deadLetters: [
      ...named(true, 'schedule-dead-letters', 'undelivered'),
      ...(fastLane.enabled ? [`${fastLaneName(name)}-dead-letters`] : []),
    ],
  } as const;
};
