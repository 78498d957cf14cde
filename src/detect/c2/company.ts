import { providers } from '../../addresses/providers.ts';

/** Providers whose networks carry their own services only. */
export const servicesOnly: readonly string[] = providers
  .filter(({ servesItself }) => servesItself)
  .map(({ name }) => name);

/** Networks that deliver what others publish: update checks and telemetry of thousands of vendors go there. */
const deliverers: readonly string[] = ['Akamai', 'Cloudflare', 'Fastly'];

const delivering =
  /\bakamai|cloudflare|fastly|edgecast|edgio|limelight|llnw|cdn77|datacamp|stackpath|highwinds|bunny|keycdn|cachefly|level 3|centurylink communications|lumen/i;

/**
 * Whether a network delivers what others publish, by its provider, else by what it calls itself: Linode's network has
 * Akamai's name, and rents machines.
 */
export function delivers(network: string | null, provider: string | null): boolean {
  return provider === null ? delivering.test(network ?? '') : deliverers.includes(provider);
}

const rented =
  /hosting|hetzner|\bovh\b|digitalocean|linode|vultr|choopa|constant company|contabo|leaseweb|m247|scaleway|online s\.?a\.?s|data ?cent|\bvps\b|dedicated|\bcolo|server|hostinger|ionos|racknerd|frantech|psychz|quadranet|alibaba|tencent/i;

/** Networks that rent machines to anyone, by what they call themselves. */
export function rentsMachines(network: string | null, provider: string | null): boolean {
  return rented.test(network ?? '') || rented.test(provider ?? '');
}

const access =
  /charter|comcast|\bcox\b|spectrum|verizon|at&t|\batt\b|frontier comm|windstream|mediacom|suddenlink|cablevision|optimum|rogers|shaw|videotron|\bbell\b|telus|telekom|telecom|telef[oó]nica|vodafone|orange|free sas|proxad|bouygues|\bsfr\b|swisscom|sunrise|liberty global|virgin media|british tele|\bbt\b|talktalk|sky uk|tele2|telia|telenor|ziggo|\bkpn\b|proximus|telenet|fastweb|wind ?tre|iliad|turk ?telekom|rostelecom|mts\b|beeline|vimpelcom|ukrtelecom|chinanet|china unicom|china mobile|\bntt\b|kddi|softbank|\bkt\b|sk broadband|\blg ?u|airtel|jio|bsnl|reliance|telstra|optus|tpg|claro|vivo|\boi\b|movistar|telmex|uninet|cable|broadband|\bdsl\b|fib(er|re)|mobile|wireless|cellular|telephone|communications? (?:inc|corp|llc|ltd)|internet service provider|\bisp\b/i;

/** Networks whose addresses are those of subscribers: what two of them do together is not one service. */
export function hasSubscribers(network: string | null, provider: string | null): boolean {
  return provider === null && access.test(network ?? '') && !rented.test(network ?? '');
}
