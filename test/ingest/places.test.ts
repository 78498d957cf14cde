import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/ingest/input-file.ts';
import { header, line, reading } from './reading.ts';

describe('account and region from the path', () => {
  test.each([
    ['AWSLogs/123456789010/vpcflowlogs/eu-west-1/2026/05/28/x.log.gz', '123456789010', 'eu-west-1'],
    [
      'bucket/prefix/AWSLogs/o-a1b2c3/123456789010/vpcflowlogs/us-gov-west-1/2026/05/28/20/x',
      '123456789010',
      'us-gov-west-1',
    ],
    [
      '/data/AWSLogs/aws-account-id=123456789010/aws-service=vpcflowlogs/aws-region=ap-south-1/year=2026/x',
      '123456789010',
      'ap-south-1',
    ],
    [
      'downloads/123456789010_vpcflowlogs_us-east-1_fl-0a_20260528T2000Z_1a2b.log.gz',
      '123456789010',
      'us-east-1',
    ],
    ['C:\\logs\\AWSLogs\\123456789010\\vpcflowlogs\\eu-west-1\\x.log', '123456789010', 'eu-west-1'],
    ['AWSLogs/123456789010/CloudTrail/eu-west-1/x.json.gz', null, null],
    ['logs/x.log', null, null],
  ])('%s', (path, account, region) => {
    expect(placeOf(path)).toEqual({ account, region });
  });

  test('stands in where the record says nothing, and never against it', async () => {
    const names = 'srcaddr dstaddr srcport account-id region';
    const { records } = await reading({
      'AWSLogs/111111111111/vpcflowlogs/eu-west-1/a.log': `${names}\n10.0.0.1 8.8.8.8 1 - -\n10.0.0.1 8.8.8.8 2 222222222222 us-east-1\n`,
      'AWSLogs/111111111111/vpcflowlogs/eu-west-1/b.log': 'srcaddr dstaddr srcport\n10.0.0.1 8.8.8.8 3\n',
    });
    expect(records.map((record) => [record['srcport'], record['account_id'], record['region']])).toEqual([
      [1, '111111111111', 'eu-west-1'],
      [2, '222222222222', 'us-east-1'],
      [3, '111111111111', 'eu-west-1'],
    ]);
  });

  test('is no part of what a record says: the same delivery in two places is counted once', async () => {
    const content = `${header}\n${line()}\n`;
    const { result } = await reading({
      'AWSLogs/123456789010/vpcflowlogs/eu-west-1/a.log': content,
      'aws-account-id=123456789010/aws-region=eu-west-1/a.log': content,
      'copy/a.log': content,
    });
    expect(result).toMatchObject({ records: 3, duplicate: 2 });
  });
});

test('logs of other services in the same bucket are left alone', async () => {
  const folder = 'AWSLogs/123456789012';
  const { result } = await reading({
    [`${folder}/vpcflowlogs/eu-west-1/a.log`]: line(),
    'AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eu-west-1/b.log': line({
      srcport: '1',
    }),
    [`${folder}/elasticloadbalancing/eu-west-1/c.log`]: 'https 2026-05-28T20:26:40Z app/balancer\n',
    'AWSLogs/o-a1b2/123456789012/CloudTrail/eu-west-1/d.json': '{}\n',
    [`${folder}/vpcdnsquerylogs/vpc-1/e.log`]: '{}\n',
    'export/aws-logs-write-test': 'Permission Check Successful',
  });
  expect(result).toMatchObject({ files: 2, records: 2, unreadable: 0, failedFiles: [] });
  expect(result?.otherFiles).toHaveLength(4);
});
