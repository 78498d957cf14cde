/** A provider with what it runs there and where, as one text: `Amazon EC2 eu-west-1`; null where none is known. */
export function providerText(labels: {
  readonly provider?: string | null;
  readonly service?: string | null;
  readonly region?: string | null;
}): string | null {
  const { provider, service, region } = labels;
  // A service that says the provider's name again (Google Cloud) need not be told twice.
  const named = service?.toLowerCase().startsWith(provider?.toLowerCase() ?? '\0') ? null : provider;
  const words = [named, service, region].filter((word) => word !== null && word !== undefined && word !== '');
  return words.length === 0 ? null : words.join(' ');
}
