/**
 * Everything that looks like a broken promise and is none, with the reason why its reader would agree. Each is counted, and
 * `npm run faults` prints the counts: one that grows hides something.
 */
export const allowed = {
  'opened alone, though explained in truth':
    'The cause was not read: the failure is true, a person must know, and it is told as explained once its cause is read.',
  'found alone, and known by its cause':
    'People know the failure by its cause, which is open and was read less well now.',
  'by the text of a policy whose provider was not read':
    'A read that is denied is no shield: the policy by itself is an exposure, as bad as it is told.',
  'milder again, once the provider was read':
    'It was told by the text of a policy alone: whoever read that it is worse reads that it is not.',
  'a cluster could not be audited':
    'The run could not read the inside of the cluster, and that is what the finding says.',
  'worse by a part of what is true': 'It is as bad as told, or worse: the rest was not read.',
  'unconfirmed in a cluster without an inside':
    'A cluster that is created, deleted or has failed cannot be read: unread data resolves nothing, and the finding says so.',
  'undecided by a whole reading too':
    'Not even everything that can be read decides it any more: unknown resolves nothing, and the finding says so.',
  'back below what is sent, after it was forgotten':
    'It was told as resolved and forgotten; it opened again milder than anyone wants to be told.',
  'an account that left is closed': 'It left a day before: that its findings are over is the news.',
  'an earlier notice or step that came late':
    'Its sender had given up waiting, and the destination took it later: `at` and `version` tell the order (docs/delivery.md).',
  'a return whose fall was not taken':
    'A digest that was refused may have arrived, and one that was held is overtaken: the return is told (docs/delivery.md).',
  'a step that waited was overtaken':
    'The destination was told the later step: the older one would be taken for the last word.',
  'a digest was given up':
    'The destination refused it in ten runs: it lies in the queue of undelivered digests, and the checks read it there.',
  'a run beside one that began later, or at the same instant':
    'The later one is compared with the table; two of one instant have no order.',
  'counts by an index that lags behind':
    'The fleet has accounts that the run did not read, counted by an index that DynamoDB writes a moment later.',
  'counts of a record before a second invocation wrote':
    'The record says that the evaluation of the account ended without a result; an invocation that was still at work wrote it later.',
  'counts of a message beside another invocation':
    'Findings moved while the message was made: its counts are of a moment between.',
  'steps of a record beside another invocation':
    'Two invocations wrote: each counts what it wrote itself, and the history has the sum.',
  'the steps of a record after a refused write':
    'A service refused the call that writes the summary for good: the run says that its evaluation failed.',
  'sent, which could not be written down':
    'The step ended between the answer of the destination and its note of it: the record says less than was done.',
  'sent by another invocation meanwhile':
    'It noted that after the one that the record follows had begun: the record is of a moment between.',
  'a lease that has run out': 'Its holder died after its last send: it binds no one, and the next that sends takes it.',
  'an unchanged run sends what waited':
    'What a destination refused before, or another invocation was to send to it, is told as soon as it takes it.',
  'an unchanged run tells that coverage is back': 'What came and went is told as read again after five runs in a row.',
} as const;

/** An event of that kind. */
export type Allowed = keyof typeof allowed;
