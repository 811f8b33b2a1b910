import type { Collected } from '../model/collected.ts';
import type { Deployment } from './deployment.ts';

/** One line of the doctor. A tick stands only on what was read. */
export interface CheckLine {
  readonly check: string;
  readonly result: 'ok' | 'failed' | 'unread';
  readonly text: string;
  /** The action that fixes it. */
  readonly fix?: string;
}

/** One thing that is looked at. */
export interface Check {
  readonly id: string;
  readonly of: (deployment: Deployment) => Verdict | readonly Verdict[];
}
/** The fix of whatever a deployment makes. */
export const deployAgain = 'Deploy again: npx cdk deploy';

/** The result of a check. */
export type Verdict = Omit<CheckLine, 'check'>;

/** A tick. */
export const ok = (text: string): Verdict => ({ result: 'ok', text });
/** A cross, and what to do. */
export const failed = (text: string, fix: string): Verdict => ({ result: 'failed', text, fix });
/** A question mark. */
export const unread = (text: string, fix?: string): Verdict => ({ result: 'unread', text, ...(fix ? { fix } : {}) });

/** Judges what was read; what was not is a question mark with the reason, whatever it was. */
export const whereRead = <T>(
  section: Collected<T>,
  judge: (value: T) => Verdict | readonly Verdict[],
): Verdict | readonly Verdict[] => {
  if (section.status === 'complete') return judge(section.value);
  const reasons = section.status === 'unavailable' ? [section.reason] : section.gaps.map(({ reason }) => reason);
  const unreadLines = reasons.map(({ operation, kind, message, permission }) =>
    unread(`could not be read: ${operation} ${kind}: ${message}`, permission && `Grant ${permission} to whoever asks.`),
  );
  return section.status === 'unavailable' ? unreadLines : [...[judge(section.value)].flat(), ...unreadLines];
};
