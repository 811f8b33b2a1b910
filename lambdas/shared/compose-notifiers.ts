import type { Notifier } from '../../lib/audit/ports.ts';

/** The destinations of the configuration. */
export const notifiers = async (): Promise<readonly Notifier[]> => [];
