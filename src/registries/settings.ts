/** How registries are asked, as the section `rdap` of a workspace's settings. */
export const rdapSettings = {
  arin: {
    value: 60,
    unit: 'questions a minute',
    from: 1,
    to: 6000,
    reason:
      'Registry of North America. It publishes no figure; one a second is what a person with a browser may do.',
  },
  ripe: {
    value: 60,
    unit: 'questions a minute',
    from: 1,
    to: 6000,
    reason:
      'Europe and the Middle East. It counts contacts in answers by the day, so that bursts gain nothing.',
  },
  apnic: {
    value: 60,
    unit: 'questions a minute',
    from: 1,
    to: 6000,
    reason: 'Asia and the Pacific, as ARIN.',
  },
  afrinic: {
    value: 30,
    unit: 'questions a minute',
    from: 1,
    to: 6000,
    reason: 'Africa. The smallest of the five, and the slowest to answer.',
  },
  lacnic: {
    value: 10,
    unit: 'questions a minute',
    from: 1,
    to: 6000,
    reason: 'Latin America. More than 10 a minute are refused with status 429.',
  },
  other: {
    value: 20,
    unit: 'questions a minute',
    from: 1,
    to: 6000,
    reason:
      'Each other host that a registry sends us to, such as those of countries; little is known of their limits.',
  },
  atOnce: {
    value: 8,
    unit: 'questions',
    from: 1,
    to: 50,
    reason:
      'Open questions over all registries: enough for the budgets of all five while answers take two seconds.',
  },
  atOncePerRegistry: {
    value: 2,
    unit: 'questions',
    from: 1,
    to: 10,
    reason:
      'Open questions at one registry: enough to keep its budget busy while an answer takes two seconds.',
  },
  timeoutSeconds: {
    value: 15,
    unit: 'seconds',
    from: 1,
    to: 300,
    reason: 'Slow answers take 5 to 10 seconds.',
  },
  longestWaitSeconds: {
    value: 120,
    unit: 'seconds',
    from: 0,
    to: 86_400,
    reason: 'When a registry asks to wait longer, the rest of its questions is left for another run.',
  },
  validDays: {
    value: 30,
    unit: 'days',
    from: 1,
    to: 365,
    reason: 'Blocks change hands seldom. After that a kept answer is asked for again.',
  },
} as const;

/** The values of the settings. */
export type RdapValues = { readonly [Name in keyof typeof rdapSettings]: number };

/** The defaults. */
export const defaultRdap: RdapValues = Object.fromEntries(
  Object.entries(rdapSettings).map(([name, { value }]) => [name, value]),
) as Record<keyof typeof rdapSettings, number>;
