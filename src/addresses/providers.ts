/** A vendor of clouds, content delivery or operating systems, with the AS numbers that are its own. */
export interface Provider {
  readonly name: string;
  readonly asns: readonly number[];
  /** What its organisation names look like in AS data. */
  readonly named: RegExp;
  /** True where the networks carry services of the vendor itself and nobody else can rent a machine there. */
  readonly servesItself?: true;
}

/** Providers by AS number. Internet access sold by the same companies (Google Fiber) is left out. */
export const providers: readonly Provider[] = [
  {
    name: 'Amazon',
    asns: [16509, 14618, 8987, 7224, 38895, 801, 62785, 9059, 21664, 36263, 400098, 401395, 214101, 135630],
    named: /^amazon[. ]/i,
  },
  {
    name: 'Google',
    asns: [
      396982, 15169, 394089, 36384, 396178, 19527, 36411, 36040, 43515, 36492, 36383, 214609, 214611, 395973,
      139190, 139070, 41264, 45566, 16550, 33715, 36385, 394507, 394639, 36987,
    ],
    named: /^google/i,
  },
  {
    name: 'Microsoft',
    asns: [
      8075, 8070, 3598, 8069, 8068, 12076, 35106, 200517, 54396, 46182, 17144, 63314, 30520, 5761, 58862,
      59067, 45139,
    ],
    named: /^microsoft/i,
  },
  { name: 'Canonical', asns: [41231], named: /^canonical/i, servesItself: true },
  {
    name: 'Cloudflare',
    asns: [13335, 209242, 14789, 132892, 202623, 395747, 203898, 139242, 394536],
    named: /^cloudflare/i,
  },
  {
    name: 'Akamai',
    asns: [
      20940, 16625, 36183, 35994, 32787, 24319, 34164, 21342, 213120, 33905, 200005, 12222, 17204, 26008,
      31108, 393560, 33047, 55770, 393234, 49846,
    ],
    named: /^akamai/i,
  },
  { name: 'Fastly', asns: [54113], named: /^fastly/i },
  // Akamai bought Linode; its AS rents machines to anyone, which the rest of Akamai does not.
  { name: 'Linode', asns: [63949, 48337], named: /^(linode|akamai)/i },
  {
    name: 'Oracle',
    asns: [
      31898, 54253, 64102, 33517, 20054, 6142, 46558, 11049, 11506, 1218, 1215, 14544, 20037, 15135, 52019,
      15519,
    ],
    named: /^oracle/i,
  },
  { name: 'DigitalOcean', asns: [14061, 393406, 46652], named: /^digitalocean/i },
  { name: 'Hetzner', asns: [24940, 213230, 212317, 215859], named: /^hetzner/i },
  { name: 'OVH', asns: [16276, 35540], named: /^ovh/i },
  { name: 'Vultr', asns: [20473, 46407, 11508], named: /^(the constant company|vultr|choopa)/i },
  { name: 'Alibaba', asns: [37963, 45102, 134963], named: /alibaba/i },
  { name: 'Tencent', asns: [45090, 132203, 133478, 132591, 137876], named: /tencent/i },
  { name: 'IBM', asns: [36351, 1747, 27530, 10676, 15293, 62597, 17390], named: /^(ibm|softlayer)/i },
  { name: 'Apple', asns: [714, 6185], named: /^apple inc/i, servesItself: true },
  { name: 'Meta', asns: [32934, 63293, 54115], named: /^(facebook|meta platforms)/i, servesItself: true },
  {
    name: 'Red Hat',
    asns: [22753, 21785, 22360, 47941, 399140, 40955, 31976],
    named: /^red hat/i,
    servesItself: true,
  },
  { name: 'GitHub', asns: [36459], named: /^github/i, servesItself: true },
  { name: 'Dropbox', asns: [19679, 54372, 393874], named: /^dropbox/i, servesItself: true },
  {
    name: 'Salesforce',
    asns: [14340, 394808, 396417, 22606, 393517],
    named: /^salesforce/i,
    servesItself: true,
  },
  // Vendors whose agents report at a steady pace from many networks.
  { name: 'Adobe', asns: [15224, 54995, 14365, 1313, 58664, 44786], named: /^adobe/i, servesItself: true },
  {
    name: 'Cisco Webex',
    asns: [13445, 26152, 399937],
    named: /^(cisco webex|webex communications)/i,
    servesItself: true,
  },
  { name: 'CrowdStrike', asns: [401435, 40450, 59567], named: /^crowdstrike/i, servesItself: true },
  { name: 'Dynatrace', asns: [393475], named: /^dynatrace/i, servesItself: true },
  { name: 'Mozilla', asns: [36856, 42037, 395642], named: /^mozilla/i, servesItself: true },
  { name: 'New Relic', asns: [23467, 206998], named: /^new relic/i, servesItself: true },
  { name: 'Okta', asns: [19745], named: /^okta,/i, servesItself: true },
  { name: 'Qualys', asns: [27385], named: /^qualys/i, servesItself: true },
  { name: 'ServiceNow', asns: [16839, 397182], named: /^servicenow/i, servesItself: true },
  { name: 'Splunk', asns: [22024, 207505, 136265], named: /^splunk[, ]/i, servesItself: true },
  {
    name: 'Workday',
    asns: [18465, 27515, 46864, 198301, 200451, 139636],
    named: /^workday/i,
    servesItself: true,
  },
  { name: 'Zoom', asns: [30103], named: /^zoom video/i, servesItself: true },
];
