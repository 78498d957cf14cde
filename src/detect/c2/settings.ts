import { defineSettings, type ValuesOf } from '../settings.ts';
import { groupSettings } from './group-settings.ts';
import { portSettings } from './port-settings.ts';

/** Thresholds of the C2 detector. */
export const c2Settings = defineSettings({
  minStarts: {
    value: 4,
    unit: 'starts',
    from: 3,
    to: 1000,
    reason:
      'Three gaps are the fewest of which two can agree against a third; RITA asks for four connections too.',
  },
  floorWindows: {
    value: 2,
    unit: 'aggregation windows',
    from: 1,
    to: 10,
    reason: 'A start is known to one window, so a shorter period cannot be told from "in every window".',
  },
  minScore: {
    value: 0.6,
    unit: 'score',
    from: 0,
    to: 1,
    reason: 'Below it, pace, sizes and number of beats together are what ordinary traffic reaches by chance.',
  },
  pacedShare: {
    value: 0.35,
    unit: 'share of the gaps, beyond chance',
    from: 0,
    to: 1,
    reason:
      'A beacon with 30 % jitter and every fifth beat missing keeps about 0.6; traffic on demand stays below 0.2.',
  },
  shortBeats: {
    value: 12,
    unit: 'beats',
    from: 4,
    to: 1000,
    reason:
      'Fewer beats are what a mail program, a page left open or an update check makes before lunch: low at most by themselves.',
  },
  fullSeconds: {
    value: 86_400,
    unit: 'seconds of activity',
    from: 3600,
    to: 2_592_000,
    reason:
      'Whoever works at a machine keeps paces for hours; an implant keeps them through the night. Shorter is low at most by itself.',
  },
  boutBeats: {
    value: 12,
    unit: 'missed beats or windows in a row',
    from: 3,
    to: 1000,
    reason:
      'Chance leaves such a silence in one of 4,000 gaps: beyond it the channel was off, and what follows is another bout.',
  },
  answerFactor: {
    value: 10,
    unit: 'times',
    from: 2,
    to: 1000,
    reason:
      'Answers so much larger than the questions are a feed, mail or an update; orders are of the size of the questions.',
  },
  officeHours: {
    value: 12,
    unit: 'hours of the day',
    from: 4,
    to: 20,
    reason: 'A channel that starts in no more than these, on a host that is busy in more, follows a person.',
  },
  bulkBytes: {
    value: 65_536,
    unit: 'bytes per beat, both ways',
    from: 1024,
    to: 1e9,
    reason: 'A check-in is a few kilobytes; feeds, updates and backups on a schedule carry more.',
  },
  minSeriesSessions: {
    value: 30,
    unit: 'sessions',
    from: 5,
    to: 100_000,
    reason: 'A series of counts is called steady only when it counts something.',
  },
  uniformSessions: {
    value: 500,
    unit: 'sessions',
    from: 30,
    to: 1e6,
    reason: 'So many small exchanges of one size are worth a low finding, whatever their pace.',
  },
  steadyWindows: {
    value: 12,
    unit: 'aggregation windows',
    from: 3,
    to: 1000,
    reason: 'Elastic asks for 12 buckets as well; a shorter series counts in proportion.',
  },
  longSeconds: {
    value: 600,
    unit: 'seconds',
    from: 120,
    to: 86_400,
    reason: 'Ten windows of a minute: the shortest session whose series says anything about its rhythm.',
  },
  trickleBytes: {
    value: 1000,
    unit: 'bytes per minute, in the larger direction',
    from: 50,
    to: 1e6,
    reason:
      'TCP and application keep-alives are one or two packets of at most a few hundred bytes in a minute.',
  },
  channelBytes: {
    value: 1_000_000,
    unit: 'bytes per minute, in the larger direction',
    from: 1000,
    to: 1e9,
    reason:
      'Calls, streams, games and transfers are steady too, and larger; orders and their answers are small.',
  },
  rareHosts: {
    value: 2,
    unit: 'local hosts',
    from: 1,
    to: 1000,
    reason: 'An implant talks from one host, or few; a service that is used has more users.',
  },
  rareShare: {
    value: 0.01,
    unit: 'share of the local hosts',
    from: 0,
    to: 1,
    reason: 'In large fleets a few infected hosts are still rare; RITA takes 2 % of those seen in a day.',
  },
  rareNetwork: {
    value: 50,
    unit: 'local hosts',
    from: 2,
    to: 10_000,
    reason:
      'Rare means something from this number on: RITA asks for 2 % of the hosts. In a small office everybody has a program of his own.',
  },
  sharedShare: {
    value: 0.2,
    unit: 'share of the local hosts',
    from: 0,
    to: 1,
    reason:
      'Where two or more hosts of a small network, and so large a share of it, keep a pace to the same peer, network or port, it is what they all use.',
  },
  commonHosts: {
    value: 5,
    unit: 'local hosts',
    from: 2,
    to: 10_000,
    reason: 'Below this number, a share of a small network says nothing.',
  },
  commonShare: {
    value: 0.1,
    unit: 'share of the local hosts',
    from: 0,
    to: 1,
    reason:
      'What every tenth host does is what the fleet does; from half of them on, it lowers by two steps.',
  },
  alikeShare: {
    value: 0.02,
    unit: 'share of the local hosts',
    from: 0,
    to: 1,
    reason:
      'Hosts with the same period to the same network and port, at other addresses of it: agents of one vendor. An operator who rents several servers in one network stays below.',
  },
  ...groupSettings,
  ...portSettings,
  maxCandidates: {
    value: 4000,
    unit: 'conversations',
    from: 10,
    to: 100_000,
    reason: 'The rarest and most regular ones are judged; nobody reads more.',
  },
});

export type C2Values = ValuesOf<typeof c2Settings>;
