import { describe, expect, test } from '@jest/globals';
import { consoleLinks } from '../../lib/audit/console-links.ts';

describe('links into the console', () => {
  test.each([
    ['eu-west-1', 'aws', 'eu-west-1.console.aws.amazon.com'],
    ['cn-north-1', 'aws-cn', 'cn-north-1.console.amazonaws.cn'],
    ['eusc-de-east-1', 'aws-eusc', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
    ['us-gov-west-1', 'aws-us-gov', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ])('of %s go to the console of its partition', (region, partition, host) => {
    const machine = `arn:${partition}:states:${region}:111122223333:stateMachine:irsa-auditor`;
    const links = consoleLinks(region);
    const urls = [
      links?.stateMachine(machine),
      links?.execution(machine, 'run 1'),
      links?.object('bucket', 'runs/a b.html'),
    ];
    expect(urls.map(url => new URL(url ?? '').host)).toEqual([host, host, host]);
  });

  test('an execution is named by its own ARN, a key is escaped', () => {
    const links = consoleLinks('eu-west-1');
    expect(links?.execution('arn:aws:states:eu-west-1:111122223333:stateMachine:a', 'run-1')).toBe(
      'https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/arn:aws:states:eu-west-1:111122223333:execution:a:run-1',
    );
    expect(links?.object('b', 'runs/x&y.html')).toBe(
      'https://eu-west-1.console.aws.amazon.com/s3/object/b?region=eu-west-1&prefix=runs%2Fx%26y.html',
    );
  });

  test.each(['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1'])(
    'of %s there are none: its console is not published',
    region => {
      expect(consoleLinks(region)).toBeUndefined();
    },
  );

  test.each(['née à Paris (1)', "a'b", 'x+y=z@w!', '実行'])('an execution named %j is one word of the link', name => {
    const url =
      consoleLinks('eu-west-1')?.execution('arn:aws:states:eu-west-1:111122223333:stateMachine:a', name) ?? '';
    expect(url).toMatch(/^[\x21-\x7e]+$/);
    expect(decodeURIComponent(url).endsWith(`:execution:a:${name}`)).toBe(true);
  });
});
