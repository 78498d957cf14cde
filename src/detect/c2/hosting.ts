const rented =
  /hosting|hetzner|\bovh\b|digitalocean|linode|vultr|choopa|constant company|contabo|leaseweb|m247|scaleway|online s\.?a\.?s|data ?cent|\bvps\b|dedicated|\bcolo|server|hostinger|ionos|racknerd|frantech|psychz|quadranet|alibaba|tencent/i;

/** Networks that rent machines to anyone, by what they call themselves. */
export function rentsMachines(network: string | null, provider: string | null): boolean {
  return rented.test(network ?? '') || rented.test(provider ?? '');
}
