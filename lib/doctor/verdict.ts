import type { Collected } from '../model.ts';
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
  readonly of: (deployment: Deployment) => CheckVerdict | readonly CheckVerdict[];
}

/** The commands of a deployment with CDK and of one without. */
export const deployCommands = 'npx cdk deploy, or irsa-auditor deploy template';
/** The fix of whatever a deployment makes. */
export const deployAgain = `Deploy again: ${deployCommands}`;

/** The result of a check. */
export type CheckVerdict = Omit<CheckLine, 'check'>;

/** A tick. */
export const ok = (text: string): CheckVerdict => ({ result: 'ok', text });
/** A cross, and what to do. */
export const failedCheck = (text: string, fix: string): CheckVerdict => ({ result: 'failed', text, fix });
/** A question mark. */
export const unreadCheck = (text: string, fix?: string): CheckVerdict => ({
  result: 'unread',
  text,
  ...(fix ? { fix } : {}),
});

/** Judges what was read; what was not is a question mark with the reason, whatever it was. */
export const checkWhereRead = <T>(
  section: Collected<T>,
  judge: (value: T) => CheckVerdict | readonly CheckVerdict[],
): CheckVerdict | readonly CheckVerdict[] => {
  if (section.status === 'complete') return judge(section.value);
  const reasons = section.status === 'unavailable' ? [section.reason] : section.gaps.map(({ reason }) => reason);
  const unreadLines = reasons.map(({ operation, kind, message, permission }) =>
    unreadCheck(
      `could not be read: ${operation} ${kind}: ${message}`,
      permission && `Grant ${permission} to whoever asks.`,
    ),
  );
  return section.status === 'unavailable' ? unreadLines : [...[judge(section.value)].flat(), ...unreadLines];
};
