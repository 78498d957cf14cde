import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { funnelLines } from './funnel.ts';
import { huntLines } from './hunt.ts';
import { loadLines } from './load.ts';
import { noiseLines } from './noise.ts';
import { type Page, plainPage } from './page.ts';
import { rejectsLines } from './rejects.ts';
import {
  sampleFailedFiles,
  sampleFunnel,
  sampleHunt,
  sampleLoad,
  sampleNoise,
  sampleRejects,
} from './samples.test.ts';

const report = (page: Page, rows = 6) =>
  huntLines(
    {
      hunt: sampleHunt,
      broken: [],
      failedFiles: sampleFailedFiles,
      by: 'flows',
      all: false,
      rows,
      asked: true,
      isBounded: false,
    },
    page,
  );

test('the report at 80 columns', () => {
  expect(`\n${report(plainPage(80)).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    .northsouth: 10,000,000 records in 500 files, 2 empty, 1 failed
    2026-05-28T20:26:40Z to 2026-06-04T20:26:40Z (7 d)

                                  records  of parent     bytes  of all records
    records                    10,000,000                       ████████████████████
    ├ unreadable                        3     <0.1 %            ▏
    ├ duplicate                    20,412      0.2 %            ▏
    ├ no data                       9,120     <0.1 %            ▏
    ├ skipped data                     41     <0.1 %            ▏
    ├ rejected                    812,004      8.1 %            █▋
    └ accepted                  9,158,420     91.6 %            ██████████████████▍
      ├ east/west               4,990,207     54.5 %            ██████████
      └ north/south             4,168,213     45.5 %            ████████▍
        ├ noise                   401,880      9.6 %            ▊
        │ └ ntp                   401,880      100 %            ▊
        └ kept                  3,766,333     90.4 %            ███████▌
          ├ from the Internet   1,863,589     49.5 %            ███▊
          └ to the Internet     1,902,744     50.5 %    1.8 TB  ███▊
            ├ set aside         1,290,713     67.8 %    1.6 TB  ██▋
            │ ├ Amazon            902,110     69.9 %            █▊
            │ ├ Google            241,007     18.7 %            ▌
            │ ├ Microsoft         138,802     10.8 %            ▎
            │ └ Canonical           8,794      0.7 %            ▏
            └ shown               612,031     32.2 %  212.4 GB  █▎
    Reconciles: every record is counted once. Bars are linear, ▏ is above zero.

    1 file could not be read to the end:
      logs/2026/05/29/123456789012_vpcflowlogs_eu-central-1_fl-0a1b2c3d_20260529T040
      0Z_9f1c2a7e.log.gz: the gzip ends too early; the 1,204 records before that
      count
    3 lines could not be read as records: northsouth rejects

    Findings: 1 critical, 1 medium, 1 low
    severity  what  peer                        local          port  last seen
    ────────  ────  ──────────────────────────  ──────────  ───────  ───────────
    critical  C2    203.0.113.77                10.20.1.14  443/tcp  05-29 20:26
      EXAMPLE-TRANSIT Example Trans…, DE. beacon: starts every 60 s ± 2 s: 1,418 of
      the 1,440 expected, the longest gap is 4 min
    medium    scan  2001:db8:4860:4802:34::223  many         22/tcp  05-30 01:04
      EVIL\\x1b]0;owned\\x07\\u{202e} …, JP. horizontal scan: asked 212 of 240 hosts
      for port 22, none answered
    1 more, and the reasons: northsouth findings

    On threat lists: 1 peer, whatever noise and set-asides hide
    peer          name        ways  records  rejected     out        in  lists
    ────────────  ──────────  ────  ───────  ────────  ──────  ────────  ───────────
    203.0.113.77  EVIL\\x1b]…  out     2,836         0  1.2 MB  800.0 kB  feodo (in …
    What a list says: northsouth ip 203.0.113.77

    Top destinations, by flows (6 of 46)
    #  source      destination                     port   flows     bytes  network
    ─  ──────────  ──────────────────────────  ────────  ──────  ────────  ─────────
    1  10.20.0.14  203.0.113.77                 443/tcp  91,402    4.4 GB  EXAMPLE-…
    2  10.20.1.14  198.51.100.4                8443/tcp  45,701    2.2 GB  EXAMPLE-…
    3  10.20.2.14  192.0.2.200                   22/tcp  30,467    1.5 GB  -
    4  10.20.3.14  2001:db8:4860:4802:34::223      icmp  22,851    1.1 GB  Beispiel…
    5  10.20.4.14  203.0.113.77                  80/tcp  18,280  881.3 MB  EXAMPLE-…
    6  10.20.5.14  198.51.100.4                 443/tcp  15,234  734.4 MB  EXAMPLE-…
    40 more: northsouth top --limit 46
    Set aside: 1,290,713 records, 1.6 TB to Amazon, Google, Microsoft, Canonical.
    See them: northsouth top --all

    Next: northsouth top --by bytes  the same destinations by data volume, where
    exfiltration shows
    "
  `);
});

test('the report at 160 columns', () => {
  expect(`\n${report(plainPage(160)).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    .northsouth: 10,000,000 records in 500 files, 2 empty, 1 failed
    2026-05-28T20:26:40Z to 2026-06-04T20:26:40Z (7 d)

                                  records  of parent     bytes  of all records
    records                    10,000,000                       ████████████████████████████████████████
    ├ unreadable                        3     <0.1 %            ▏
    ├ duplicate                    20,412      0.2 %            ▏
    ├ no data                       9,120     <0.1 %            ▏
    ├ skipped data                     41     <0.1 %            ▏
    ├ rejected                    812,004      8.1 %            ███▎
    └ accepted                  9,158,420     91.6 %            ████████████████████████████████████▋
      ├ east/west               4,990,207     54.5 %            ████████████████████
      └ north/south             4,168,213     45.5 %            ████████████████▋
        ├ noise                   401,880      9.6 %            █▋
        │ └ ntp                   401,880      100 %            █▋
        └ kept                  3,766,333     90.4 %            ███████████████▏
          ├ from the Internet   1,863,589     49.5 %            ███████▌
          └ to the Internet     1,902,744     50.5 %    1.8 TB  ███████▋
            ├ set aside         1,290,713     67.8 %    1.6 TB  █████▏
            │ ├ Amazon            902,110     69.9 %            ███▋
            │ ├ Google            241,007     18.7 %            █
            │ ├ Microsoft         138,802     10.8 %            ▌
            │ └ Canonical           8,794      0.7 %            ▏
            └ shown               612,031     32.2 %  212.4 GB  ██▌
    Reconciles: every record is counted once. Bars are linear, ▏ is above zero.

    1 file could not be read to the end:
      logs/2026/05/29/123456789012_vpcflowlogs_eu-central-1_fl-0a1b2c3d_20260529T0400Z_9f1c2a7e.log.gz: the gzip ends too early; the 1,204 records before that count
    3 lines could not be read as records: northsouth rejects

    Findings: 1 critical, 1 medium, 1 low
    severity  what  peer                        local          port  score  last seen
    ────────  ────  ──────────────────────────  ──────────  ───────  ─────  ───────────
    critical  C2    203.0.113.77                10.20.1.14  443/tcp   0.97  05-29 20:26
      EXAMPLE-TRANSIT Example Trans…, DE. beacon: starts every 60 s ± 2 s: 1,418 of the 1,440 expected, the longest gap is 4 min
    medium    scan  2001:db8:4860:4802:34::223  many         22/tcp   1.00  05-30 01:04
      EVIL\\x1b]0;owned\\x07\\u{202e} …, JP. horizontal scan: asked 212 of 240 hosts for port 22, none answered
    1 more, and the reasons: northsouth findings

    On threat lists: 1 peer, whatever noise and set-asides hide
    peer          name                              ways  records  rejected     out        in  lists              network                           last seen
    ────────────  ────────────────────────────────  ────  ───────  ────────  ──────  ────────  ─────────────────  ────────────────────────────────  ────────────────
    203.0.113.77  EVIL\\x1b]0;owned\\x07\\u{202e} 通…  out     2,836         0  1.2 MB  800.0 kB  feodo (in Amazon)  EVIL\\x1b]0;owned\\x07\\u{202e} …,…  2026-06-04 20:26
    What a list says: northsouth ip 203.0.113.77

    Top destinations, by flows (6 of 46)
    #  interface              source      destination                     port   flows     bytes    packets     AS  network                                       in
    ─  ─────────────────────  ──────────  ──────────────────────────  ────────  ──────  ────────  ─────────  ─────  ────────────────────────────────────────────  ──
    1  eni-0a1b2c3d4e5f60000  10.20.0.14  203.0.113.77                 443/tcp  91,402    4.4 GB  1,005,422  64500  EXAMPLE-TRANSIT Example Transit and Hosting…  DE
    2  eni-0a1b2c3d4e5f60001  10.20.1.14  198.51.100.4                8443/tcp  45,701    2.2 GB    502,711  64496  EXAMPLE-VPS                                   NL
    3  eni-0a1b2c3d4e5f60002  10.20.2.14  192.0.2.200                   22/tcp  30,467    1.5 GB    335,137      -  -                                             -
    4  eni-0a1b2c3d4e5f60003  10.20.3.14  2001:db8:4860:4802:34::223      icmp  22,851    1.1 GB    251,361  64511  Beispiel 通信 株式会社                        JP
    5  eni-0a1b2c3d4e5f60004  10.20.4.14  203.0.113.77                  80/tcp  18,280  881.3 MB    201,080  64500  EXAMPLE-TRANSIT Example Transit and Hosting…  DE
    6  eni-0a1b2c3d4e5f60005  10.20.5.14  198.51.100.4                 443/tcp  15,234  734.4 MB    167,574  64496  EXAMPLE-VPS                                   NL
    40 more: northsouth top --limit 46
    Set aside: 1,290,713 records, 1.6 TB to Amazon, Google, Microsoft, Canonical. See them: northsouth top --all

    Next: northsouth top --by bytes  the same destinations by data volume, where exfiltration shows
    "
  `);
});

test.each([20, 40, 60, 80, 100, 160])('no line of any report is wider than %d columns', (width) => {
  const page = plainPage(width);
  const lines = [
    ...report(page, 20),
    ...loadLines(sampleLoad, page),
    ...rejectsLines(sampleRejects, page),
    ...noiseLines(sampleNoise, page),
  ];
  for (const line of lines) expect([line, stringWidth(line) <= width]).toEqual([line, true]);
});

test('where there is no terminal, every name and path is there in full', () => {
  const text = report(plainPage(), 46).join('\n');
  for (const { path, reason } of sampleFailedFiles) expect(text).toContain(`${path}: ${reason}`);
  for (const { network, srcAddr, dstAddr } of sampleHunt.top) {
    for (const part of [network, srcAddr, dstAddr]) if (part) expect(text).toContain(part);
  }
});

test('a funnel that does not reconcile says so first and loudest', () => {
  const lines = funnelLines(
    { ...sampleFunnel, noise: 1 },
    ['northSouth 4168213 = noise 1 + kept 3766333'],
    plainPage(80),
  );
  expect(lines.slice(-2)).toEqual([
    'DOES NOT RECONCILE. Do not trust these counts: this is a defect of northsouth.',
    '  northSouth 4168213 = noise 1 + kept 3766333',
  ]);
});

test('many providers are joined, and the parts still add up', () => {
  const setAsideByProvider = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`p${index}`, 100 - index]),
  );
  const lines = funnelLines({ ...sampleFunnel, setAsideByProvider }, [], plainPage(80));
  expect(lines.filter((line) => /├ p\d+/.test(line))).toHaveLength(7);
  expect(lines.find((line) => line.includes('5 others'))).toMatch(/ 455 /);
});

test('text from logs cannot steer the terminal', () => {
  const text = rejectsLines(sampleRejects, plainPage(160)).join('\n');
  expect(text).toContain('\\x1b]0;owned\\x07');
  expect(text).not.toMatch(/[\u001b\u0007]/);
});

test('when nothing crosses the Internet the report says so and what to try', () => {
  const quiet = {
    ...sampleHunt,
    top: [],
    funnel: { ...sampleFunnel, northSouth: 0, toInternet: 0, shown: 0, setAside: 0 },
  };
  const lines = huntLines(
    {
      hunt: quiet,
      broken: [],
      failedFiles: [],
      by: 'flows',
      all: false,
      rows: 20,
      asked: true,
      isBounded: false,
    },
    plainPage(),
  );
  expect(lines).toContain('All traffic is between local addresses: no record crosses the Internet.');
  expect(lines.at(-1)).toContain('northsouth hunt --internet CIDR');
});
