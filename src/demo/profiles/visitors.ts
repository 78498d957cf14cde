import { publicAddress, serverOf } from '../address-pool.ts';
import { tcpVolume } from '../connection.ts';
import type { CrowdProfile } from './profile.ts';

/** People, search engines and applications that use the estate's public web servers. */
export const visitors: CrowdProfile = {
  kind: 'crowd',
  name: 'visitors',
  share: 0.36,
  rhythm: 'visitors',
  connect({ plan, estate }, random, at) {
    const host = random.pick(estate.byRole.web);
    const crawler = random.chance(0.06);
    const peer = crawler
      ? serverOf('crawlers', plan.seed, random.zipf(60))
      : publicAddress(plan.seed, 'visitor', random.crowdRank(Math.max(300, Math.round(plan.records / 25))));
    const page = random.chance(0.93);
    const reply = page
      ? Math.min(4e6, random.logNormal(crawler ? 30_000 : 14_000, 1.5))
      : random.pareto(400_000, 1.1, 60_000_000);
    const request =
      random.logNormal(900, 0.6) + (random.chance(0.02) ? random.pareto(20_000, 1.2, 5_000_000) : 0);
    const seconds = Math.min(240, Math.round(random.logNormal(2.2, 1.1) + reply / 3_000_000));
    const volume = tcpVolume(reply, request);
    return {
      start: at,
      end: at + seconds,
      local: host.address,
      localPort: random.chance(0.86) ? 443 : 80,
      localInterface: host.nic,
      peer,
      peerPort: random.integer(1024, 65_535),
      protocol: 6,
      ...volume,
      initiator: 'peer',
    };
  },
};
