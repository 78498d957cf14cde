import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addLabels,
  explainLabels,
  labels,
  lookup,
  openWorkspace,
  removeLabels,
  type UpdateOutcome,
  updateLabels,
} from '../../src/index.ts';
import { mmdbFile } from '../../src/labels/mmdb-file.test.ts';
import { northsouth, project } from '../cli/program.ts';
import { blocks, type FakePublisher, fakePublisher } from './publisher.ts';

let root: string;
let publisher: FakePublisher;
const options = () => ({ workspace: join(root, 'none') });
const folder = () => join(root, 'home', 'labels');

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'northsouth-labels-'));
  process.env['NORTHSOUTH_HOME'] = join(root, 'home');
  publisher = await fakePublisher();
});
afterAll(() => {
  publisher.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(async () => {
  publisher.pages.clear();
  publisher.asked.length = 0;
  rmSync(folder(), { recursive: true, force: true });
  await mkdir(folder(), { recursive: true });
  place({ aws: '/aws.json' });
});

/** Names the places of lists; all others are off. */
function place(paths: Readonly<Record<string, string | readonly string[]>>): void {
  const names = [
    'ip2asn',
    'aws',
    'azure',
    'google-cloud',
    'google',
    'cloudflare',
    'oracle',
    'digitalocean',
    'linode',
  ];
  const lines = [...names, 'fastly', 'github', 'apple-private-relay'].map((name) => {
    const path = paths[name];
    const urls = path === undefined ? 'off' : [path].flat().map((each) => `${publisher.url}${each}`);
    return `${name}: ${JSON.stringify(urls)}`;
  });
  writeFileSync(join(folder(), 'sources.yaml'), `${lines.join('\n')}\n`);
}

const awsList = (cidrs: readonly string[], date = '2026-05-28-00-00-00') =>
  JSON.stringify({
    createDate: date,
    prefixes: cidrs.map((ip_prefix) => ({ ip_prefix, region: 'eu-west-1', service: 'EC2' })),
    ipv6_prefixes: [{ ipv6_prefix: '2a05:d018::/36', region: 'eu-west-1', service: 'EC2' }],
  });

const one = (outcomes: readonly UpdateOutcome[]): UpdateOutcome => outcomes[0] as UpdateOutcome;
const leftovers = () => readdirSync(folder()).filter((name) => /tmp/.test(name));

test('every publisher is read as it publishes', async () => {
  const set = (path: string, body: unknown) =>
    publisher.pages.set(path, {
      body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  set('/aws.json', {
    createDate: '2026-05-28-10-00-00',
    prefixes: [
      ...blocks(1200, 52).map((ip_prefix) => ({ ip_prefix, region: 'GLOBAL', service: 'AMAZON' })),
      { ip_prefix: '52.0.0.0/25', region: 'us-east-1', service: 'S3' },
    ],
    ipv6_prefixes: [{ ipv6_prefix: '2600:1f18::/33', region: 'us-east-1', service: 'EC2' }],
  });
  set('/cloud.json', {
    creationTime: '2026-05-27T10:00:00.1',
    prefixes: [
      ...blocks(120, 34).map((ipv4Prefix) => ({
        ipv4Prefix,
        service: 'Google Cloud',
        scope: 'africa-south1',
      })),
      { ipv6Prefix: '2600:1900:8000::/44', service: 'Google Cloud', scope: 'global' },
    ],
  });
  set('/goog.json', { prefixes: [...blocks(30, 34), '8.8.4.0/24'].map((ipv4Prefix) => ({ ipv4Prefix })) });
  set('/download', '<html><script>{"url":"/dl/ServiceTags_Public_20260525.json"}</script></html>');
  set('/dl/ServiceTags_Public_20260525.json', {
    values: [
      {
        name: 'AzureCloud.westeurope',
        properties: { region: 'westeurope', systemService: '', addressPrefixes: blocks(1100, 20) },
      },
      {
        name: 'Storage.WestEurope',
        properties: { region: 'westeurope', systemService: 'AzureStorage', addressPrefixes: ['20.0.1.0/26'] },
      },
      { name: 'AzureFrontDoor', properties: { region: '', addressPrefixes: ['2620:1ec:bdf::/48'] } },
    ],
  });
  set('/ips-v4', `${blocks(12, 104).join('\n')}\n`);
  set('/ips-v6', '2606:4700::/32\n');
  set('/oracle.json', {
    last_updated_timestamp: '2026-05-20T00:00:00.0',
    regions: [{ region: 'uk-london-1', cidrs: blocks(60, 132).map((cidr) => ({ cidr, tags: ['OCI'] })) }],
  });
  set(
    '/do.csv',
    `${blocks(60, 164)
      .map((cidr) => `${cidr},NL,NL-NH,Amsterdam,1012`)
      .join('\n')}\n2a03:b0c0::/32,GB,,London,\n`,
  );
  set(
    '/linode.csv',
    `# geofeed\n${blocks(60, 172)
      .map((cidr) => `${cidr},US,US-NJ,Newark,`)
      .join('\n')}\n`,
  );
  set('/fastly', { addresses: blocks(6, 151), ipv6_addresses: ['2a04:4e40::/32'] });
  set('/meta', {
    git: blocks(12, 140),
    actions: ['2a0a:a440::/29'],
    ssh_keys: ['ssh-ed25519 AAA'],
    domains: { x: ['*.github.com'] },
  });
  set(
    '/relay.csv',
    blocks(1100, 146)
      .map((cidr) => `${cidr},GB,GB-EN,London,`)
      .join('\n'),
  );
  const asns = Array.from(
    { length: 100_000 },
    (_, index) => `${(index >> 16) + 1}.${(index >> 8) & 255}.${index & 255}.0`,
  );
  const tsv = asns
    .map((first) => `${first}\t${first.replace(/0$/, '255')}\t64500\tDE\tEXAMPLE-AS`)
    .join('\n');
  set('/ip2asn.tsv.gz', gzipSync(`${tsv}\n2001:200::\t2001:200:ffff::\t2500\tJP\tWIDE\n`));
  place({
    ...{ ip2asn: '/ip2asn.tsv.gz', aws: '/aws.json', azure: '/download', 'google-cloud': '/cloud.json' },
    ...{
      google: '/goog.json',
      cloudflare: ['/ips-v4', '/ips-v6'],
      oracle: '/oracle.json',
      digitalocean: '/do.csv',
    },
    ...{ linode: '/linode.csv', fastly: '/fastly', github: '/meta', 'apple-private-relay': '/relay.csv' },
  });
  const seen: string[] = [];
  const outcomes = await updateLabels({
    onProgress: ({ name, done, total, outcome }) =>
      seen.push(`${done}/${total} ${name} ${outcome?.result ?? '...'}`),
  });
  expect(outcomes.map(({ name, error }) => [name, error])).toEqual(outcomes.map(({ name }) => [name, null]));
  expect(seen.slice(0, 3)).toEqual(['0/12 ip2asn ...', '1/12 ip2asn updated', '1/12 aws ...']);
  expect(Object.fromEntries(outcomes.map(({ name, date }) => [name, date]))).toMatchObject({
    ...{ aws: '2026-05-28', azure: '2026-05-25', 'google-cloud': '2026-05-27', oracle: '2026-05-20' },
  });
  const found = await lookup(
    [
      ...[
        '52.0.0.1',
        '52.0.0.200',
        '2600:1f18::1',
        '34.0.0.1',
        '8.8.4.4',
        '20.0.1.1',
        '20.0.1.77',
        '2620:1ec:bdf::1',
      ],
      ...[
        '104.0.0.1',
        '2606:4700::1',
        '132.0.0.1',
        '164.0.0.1',
        '172.0.0.1',
        '151.0.0.1',
        '140.0.0.1',
        '2a0a:a440::1',
      ],
      ...['146.0.0.1', '1.2.3.4', '2001:200::1'],
    ],
    options(),
  );
  const said = found.map(({ provider, service, region, city, asn }) => [
    provider,
    service,
    region,
    city,
    asn,
  ]);
  expect(said.map((labelsOf) => labelsOf.slice(0, 4))).toEqual([
    ['Amazon', 'S3', 'us-east-1', null],
    ['Amazon', null, null, null],
    ['Amazon', 'EC2', 'us-east-1', null],
    ['Google', 'Google Cloud', 'africa-south1', null],
    ['Google', null, null, null],
    ['Microsoft', 'AzureStorage', 'westeurope', null],
    ['Microsoft', null, 'westeurope', null],
    ['Microsoft', 'AzureFrontDoor', null, null],
    ['Cloudflare', null, null, null],
    ['Cloudflare', null, null, null],
    ['Oracle', 'OCI', 'uk-london-1', null],
    ['DigitalOcean', null, null, 'Amsterdam'],
    ['Linode', null, null, 'Newark'],
    ['Fastly', null, null, null],
    ['GitHub', 'git', null, null],
    ['GitHub', 'actions', null, null],
    ['Apple', 'Private Relay', null, 'London'],
    [null, null, null, null],
    [null, null, null, null],
  ]);
  // What was fetched today comes before the table that ships, which is older than 90 days.
  expect(said.slice(-2).map((labelsOf) => labelsOf[4])).toEqual([64500, 2500]);
  expect(leftovers()).toEqual([]);
});

describe('an update', () => {
  test('asks whether anything has changed, and keeps what has not', async () => {
    publisher.pages.set('/aws.json', { body: awsList(blocks(1500)), headers: { etag: '"one"' } });
    expect(one(await updateLabels())).toMatchObject({ result: 'updated', ranges: 1501, before: null });
    const before = (await labels()).sources.find(({ name }) => name === 'aws');
    expect(one(await updateLabels())).toMatchObject({ result: 'unchanged', ranges: 1501 });
    expect(publisher.asked.map(({ condition }) => condition)).toEqual([undefined, '"one"']);
    // The same list under another tag is no news either.
    publisher.pages.set('/aws.json', { body: awsList(blocks(1500)), headers: { etag: '"two"' } });
    expect(one(await updateLabels())).toMatchObject({ result: 'unchanged' });
    const after = (await labels()).sources.find(({ name }) => name === 'aws');
    expect(after?.file).toBe(before?.file);
    expect(Date.parse(after?.fetched ?? '')).toBeGreaterThan(Date.parse(before?.fetched ?? ''));
  });

  test('of a list in two parts fetches both when one has changed', async () => {
    place({ cloudflare: ['/v4', '/v6'] });
    publisher.pages.set('/v4', { body: blocks(12).join('\n'), headers: { etag: '"v4"' } });
    publisher.pages.set('/v6', { body: '2606:4700::/32', headers: { etag: '"v6"' } });
    await updateLabels();
    publisher.pages.set('/v6', { body: '2606:4700::/32\n2803:f800::/32', headers: { etag: '"new"' } });
    expect(one(await updateLabels())).toMatchObject({ result: 'updated', ranges: 14, before: 13 });
  });

  test.each([
    [
      'an HTML page with status 200',
      { body: '<html>Please log in</html>' },
      'label.unreadable',
      'it starts with "<html>',
    ],
    [
      'JSON of another kind',
      { body: '{"prefixes": [{"ip": 1}]}' },
      'label.unreadable',
      'prefixes.0.ip_prefix',
    ],
    ['JSON that is cut off', { body: awsList(blocks(1500)).slice(0, -9) }, 'label.unreadable', 'no JSON'],
    ['too few ranges', { body: awsList(blocks(20)) }, 'label.implausible', '21 ranges'],
    ['half of what there was', { body: awsList(blocks(1100)) }, 'label.implausible', 'the one in use 3001'],
    [
      'a claim on the whole Internet',
      { body: awsList([...blocks(2500), '0.0.0.0/1']) },
      'label.implausible',
      '/1',
    ],
    [
      'lines that are no ranges',
      { body: awsList([...blocks(2500), ...blocks(99).map(() => "'; --")]) },
      'label.implausible',
      '99 of its',
    ],
    ['an error', { body: 'oops', status: 500 }, 'net.status', '500'],
    ['a bomb', { body: gzipSync(Buffer.alloc(60e6, ' ')) }, 'label.unreadable', 'MB'],
    [
      'a bomb in transport',
      { body: gzipSync(Buffer.alloc(60e6, ' ')), headers: { 'content-encoding': 'gzip' } },
      'net.too-large',
      '',
    ],
  ])('%s does not replace what is in use', async (_, page, code, message) => {
    publisher.pages.set('/aws.json', { body: awsList(blocks(3000)) });
    await updateLabels();
    publisher.pages.set('/aws.json', page);
    const outcome = one(await updateLabels());
    expect(outcome).toMatchObject({ result: 'failed', ranges: 3001, error: { code } });
    expect(outcome.error?.message).toContain(message);
    expect((await lookup(['20.0.0.1'], options()))[0]).toMatchObject({ service: 'EC2', region: 'eu-west-1' });
    expect(leftovers()).toEqual([]);
  });

  test('takes a smaller list when told to, and one that fails does not stop the others', async () => {
    place({ aws: '/aws.json', fastly: '/missing', github: '/meta' });
    publisher.pages.set('/aws.json', { body: awsList(blocks(20)) });
    publisher.pages.set('/meta', { body: JSON.stringify({ git: blocks(12) }) });
    expect((await updateLabels({ force: true })).map(({ name, result }) => `${name} ${result}`)).toEqual([
      ...['aws updated', 'fastly failed', 'github updated'],
    ]);
  });

  test('follows the link of a page only to the publisher', async () => {
    place({ azure: '/page' });
    publisher.pages.set('/page', { body: 'see https://evil.example/ServiceTags_Public_20260525.json' });
    expect(one(await updateLabels()).error?.message).toContain('its page leads to evil.example');
    publisher.pages.set('/page', { body: 'it has moved' });
    expect(one(await updateLabels()).error?.message).toContain('no link to it');
  });

  test('takes one list from a file', async () => {
    const file = join(root, 'ServiceTags_Public_20260504.json');
    const values = [{ name: 'Sql', properties: { region: 'uksouth', addressPrefixes: blocks(1200) } }];
    writeFileSync(file, JSON.stringify({ values }));
    place({ azure: '/nowhere' });
    expect(await updateLabels({ names: ['azure'], file })).toMatchObject([
      { result: 'updated', date: '2026-05-04' },
    ]);
    expect(publisher.asked).toEqual([]);
    await expect(updateLabels({ file })).rejects.toMatchObject({ code: 'usage.missing' });
    await expect(updateLabels({ names: ['aws'] })).rejects.toMatchObject({
      code: 'usage.value',
      message: /off/,
    });
    await expect(updateLabels({ names: ['nobody'] })).rejects.toMatchObject({ code: 'usage.value' });
    writeFileSync(join(folder(), 'sources.yaml'), 'aws: 3\n');
    await expect(updateLabels()).rejects.toMatchObject({ code: 'config.invalid', message: /aws/ });
  });

  test('that is interrupted leaves nothing behind', async () => {
    publisher.pages.set('/aws.json', { body: awsList(blocks(1500)) });
    const abort = new AbortController();
    const running = updateLabels({ signal: abort.signal, onProgress: () => abort.abort(new Error('stop')) });
    await expect(running).rejects.toThrow();
    expect((await labels()).sources.map(({ name }) => name)).toEqual(['shipped-asn', 'shipped-country']);
    expect(leftovers()).toEqual([]);
  });
});

describe('files of the user', () => {
  const city = { country: { iso_code: 'NL' }, city: { names: { en: 'Zwolle' } } };

  test('a .mmdb file, as it is or as gzip, gives cities', async () => {
    const file = join(root, 'DBIP-City.mmdb.gz');
    writeFileSync(
      file,
      gzipSync(
        mmdbFile(
          [
            ['20.0.0.0/24', city],
            ['2600:1f18::/32', city],
          ],
          { recordSize: 28, ipVersion: 6, type: 'DBIP-City-Lite' },
        ),
      ),
    );
    const added = await addLabels(file);
    expect(added).toMatchObject({
      ...{ name: 'dbip-city', kind: 'city', ranges: 2, date: '2026-05-28', columns: ['country', 'city'] },
      ...{
        origin: 'added',
        licence: expect.stringContaining('CC-BY'),
        attribution: expect.stringContaining('DB-IP'),
      },
    });
    const found = await lookup(['20.0.0.9', '2600:1f18::9', '20.0.1.9'], options());
    expect(found.map((label) => label.city)).toEqual(['Zwolle', 'Zwolle', null]);
    await removeLabels('dbip-city');
    expect((await lookup(['20.0.0.9'], options()))[0]?.city).toBeNull();
    expect(readdirSync(folder())).toEqual(['sources.yaml']);
    await expect(removeLabels('dbip-city')).rejects.toMatchObject({ code: 'usage.value' });
    await expect(removeLabels('shipped-asn')).rejects.toMatchObject({ message: /ships/ });
  });

  test('CSV ranges, under a name and with what is known of them', async () => {
    const file = join(root, 'own.csv');
    writeFileSync(
      file,
      'cidr,provider,service,region\n20.0.0.0/24,Our <b>CDN</b>,edge,rack 1\nnonsense,x,y,z\n',
    );
    const lines = Array.from({ length: 150 }, (_, index) => `20.1.${index}.0/24,Our CDN,edge,`);
    writeFileSync(file, `${readFileSync(file, 'utf8')}${lines.join('\n')}\n`);
    const added = await addLabels(file, { name: 'Ours!', date: '2026-01-02', licence: 'own' });
    expect(added).toMatchObject({
      name: 'ours',
      kind: 'provider',
      ranges: 151,
      unreadable: 1,
      licence: 'own',
    });
    expect((await lookup(['20.0.0.9'], options()))[0]).toMatchObject({
      provider: 'Our <b>CDN</b>',
      region: 'rack 1',
    });
    expect(await addLabels(file, { name: 'ours' })).toMatchObject({ before: 151 });
    await expect(addLabels(file, { name: 'aws' })).rejects.toMatchObject({ code: 'usage.value' });
    await expect(addLabels(join(root, 'missing'))).rejects.toMatchObject({ code: 'input.not-found' });
    writeFileSync(file, '<html>');
    await expect(addLabels(file, { name: 'ours' })).rejects.toMatchObject({ code: 'label.unreadable' });
  });

  test('a source that is broken is named with what to do, and an update mends it', async () => {
    publisher.pages.set('/aws.json', { body: awsList(blocks(1500)) });
    await updateLabels();
    const [file = ''] = readdirSync(folder()).filter((name) => name.endsWith('.parquet'));
    rmSync(join(folder(), file));
    await expect(lookup(['20.0.0.1'], options())).rejects.toMatchObject({
      ...{ code: 'label.broken', hint: expect.stringContaining('labels remove aws') },
    });
    expect(one(await updateLabels())).toMatchObject({ result: 'updated' });
    expect((await lookup(['20.0.0.1'], options()))[0]?.service).toBe('EC2');
  });

  test('one source that is broken leaves the checks of the others as they are', async () => {
    publisher.pages.set('/aws.json', { body: awsList(blocks(1500)) });
    await updateLabels();
    const file = join(root, 'own.csv');
    writeFileSync(file, 'first,last,country\n8.8.8.8,8.8.8.9,IE\n');
    await addLabels(file, { name: 'own' });
    const [ranges = ''] = readdirSync(folder()).filter((name) => /^own-.*parquet$/.test(name));
    rmSync(join(folder(), ranges));
    publisher.pages.set('/aws.json', { body: awsList(blocks(150)) });
    expect(one(await updateLabels())).toMatchObject({ result: 'failed', before: 1501 });
  });
});

test('what each source says, which one counts, and why', async () => {
  publisher.pages.set('/aws.json', { body: awsList([...blocks(1500, 52), '8.8.8.0/24']) });
  await updateLabels();
  const file = join(root, 'countries.csv');
  writeFileSync(file, 'first,last,country\n8.8.8.8,8.8.8.9,IE\n2001:4860::,2001:4860:ffff::,IE\n');
  await addLabels(file, { date: '2026-06-01', name: 'ours' });
  const [dns, own, word] = await explainLabels(['8.8.8.8', '10.0.0.1', 'word'], options());
  const reasons = Object.fromEntries(
    (dns?.labels ?? []).map(({ column, source, why }) => [column, [source, why]]),
  );
  expect(reasons['country']).toEqual(['ours', 'its range is narrower than that of shipped-country']);
  expect(reasons['service']).toEqual(['aws', 'no other source says one']);
  expect(dns?.statements.find(({ source }) => source === 'ours')).toMatchObject({
    ...{ range: '8.8.8.8/31', hostBits: 1, date: '2026-06-01', says: { country: 'IE' } },
  });
  expect(dns?.statements.find(({ source }) => source === 'aws')).toMatchObject({ range: '8.8.8.0/24' });
  // The labels are those of lookup.
  const [label] = await lookup(['8.8.8.8'], options());
  for (const { column, value } of dns?.labels ?? []) expect(label?.[column]).toBe(value);
  expect(own).toMatchObject({ scope: 'private', labels: [], statements: [] });
  expect(word).toMatchObject({ scope: null, labels: [], statements: [] });
});

test('an update changes the labels of a loaded workspace at once, and noise says what is behind a set-aside', async () => {
  const log = join(root, 'flow.log');
  const line = (dst: string, bytes: number) =>
    `2 123456789012 eni-1 10.0.0.1 ${dst} 40000 443 6 10 ${bytes} 1779998000 1779998060 ACCEPT OK`;
  // Three addresses of Amazon, one of nobody.
  const peers = ['52.94.0.1', '52.94.1.1', '52.95.0.1', '9.9.9.9'];
  writeFileSync(log, `${peers.map((peer, index) => line(peer, 1000 * (index + 1))).join('\n')}\n`);
  const workspace = await openWorkspace({ workspace: join(root, 'ws'), create: true });
  try {
    await workspace.load([log]);
    const aside = async () => (await workspace.noise()).setAsides.find(({ name }) => name === 'Amazon');
    expect(await aside()).toMatchObject({
      records: 3,
      services: [{ service: null, records: 3, bytes: 6000, peers: 3 }],
    });
    publisher.pages.set('/aws.json', { body: awsList([...blocks(1500, 52), '52.94.0.0/24']) });
    await updateLabels();
    expect((await aside())?.services).toEqual([
      { service: null, records: 2, bytes: 5000, peers: 2 },
      { service: 'EC2', records: 1, bytes: 1000, peers: 1 },
    ]);
  } finally {
    await workspace.close();
  }
  const yaml = join(root, 'ws', 'set-asides.yaml');
  writeFileSync(
    yaml,
    readFileSync(yaml, 'utf8').replace('name: Amazon\n', 'name: Amazon\n    except-services: [ec2]\n'),
  );
  const again = await openWorkspace({ workspace: join(root, 'ws') });
  try {
    const { funnel, top } = await again.hunt({ findings: false });
    expect([funnel.toInternet, funnel.shown, funnel.setAside]).toEqual([4, 2, 2]);
    expect(top.map(({ dstAddr, provider, service, region }) => [dstAddr, provider, service, region])).toEqual(
      [
        ['52.94.0.1', 'Amazon', 'EC2', 'eu-west-1'],
        ['9.9.9.9', null, null, null],
      ],
    );
    const { rows } = await again.query("SELECT service FROM addresses WHERE address = '52.94.0.1'");
    expect(rows).toEqual([['EC2']]);
    expect((await again.noise()).setAsides[0]).toMatchObject({ except: ['ec2'], records: 2 });
  } finally {
    await again.close();
  }
});

test('the command line: a list that fails is an exit code, and the others are there', async () => {
  place({ aws: '/aws.json', fastly: '/missing' });
  publisher.pages.set('/aws.json', { body: awsList(blocks(1500)) });
  const env = { NORTHSOUTH_HOME: join(root, 'home'), NO_PROXY: '127.0.0.1' };
  const updated = await northsouth(['labels', 'update'], { env, cwd: root });
  expect(updated.code).toBe(1);
  expect(updated.stdout).toMatch(/aws +updated +1,501/);
  expect(updated.stdout).toMatch(/fastly: .*404/);
  expect(updated.stderr).toContain('1/2 aws: updated, 1,501 ranges');
  expect(updated.stderr).toContain('1 of 2 lists could not be updated: fastly');
  const listed = await northsouth(['labels', '--json'], { env, cwd: root });
  const { sources } = JSON.parse(listed.stdout) as { sources: { name: string; ranges: number }[] };
  expect(sources.map(({ name }) => name)).toEqual(['shipped-asn', 'shipped-country', 'aws']);
  const explained = await northsouth(['lookup', '20.0.0.1', '--explain'], { env, cwd: root });
  expect(explained.stdout).toMatch(/service +EC2 +aws/);
});

// Lists of publishers as they were in 2025, where they are at hand.
const real = join(project, '..', 'shared', 'data', 'providers');
test.skipIf(!existsSync(real))('the real lists of AWS, Azure, Google and Cloudflare', async () => {
  place({ aws: '/a', azure: '/b', 'google-cloud': '/c', cloudflare: '/d' });
  for (const [name, file] of [
    ['aws', 'aws-ip-ranges.json.gz'],
    ['azure', 'microsoft-azure-ip-ranges.json.gz'],
    ['google-cloud', 'google-cloud-ip-ranges.json'],
    ['cloudflare', 'cloudflare-v4-ip-ranges.txt'],
  ] as const) {
    expect(await updateLabels({ names: [name], file: join(real, file) })).toMatchObject([
      { result: 'updated', unreadable: 0 },
    ]);
  }
  const found = await lookup(
    ['3.5.140.1', '2600:1f18::1', '20.38.99.1', '34.35.1.1', '104.16.1.1'],
    options(),
  );
  expect(found.map(({ provider, service, region }) => [provider, service, region])).toEqual([
    ['Amazon', 'S3', 'ap-northeast-2'],
    ['Amazon', 'EC2', 'us-east-1'],
    ['Microsoft', 'AzureStorage', 'westus2'],
    ['Google', 'Google Cloud', 'africa-south1'],
    ['Cloudflare', null, null],
  ]);
});
