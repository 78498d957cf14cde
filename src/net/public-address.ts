import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Answers machines of Azure with their metadata, although its range is public. */
const azureWireServer = '168.63.129.16';

/**
 * Whether an address belongs to the public Internet: not to this machine, its network, a metadata service or a
 * range set apart, in whatever form IPv6 wraps the IPv4 address.
 */
export function isPublicAddress(text: string): boolean {
  if (text.includes('%') || isIP(text) === 0) return false;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') {
    return address.range() === 'unicast' && address.toString() !== azureWireServer;
  }
  const bytes = address.toByteArray();
  // A network without IPv4 (RFC 6146) reaches all of IPv4 through 64:ff9b::/96.
  if (address.toString().startsWith('64:ff9b::')) {
    return isPublicAddress(bytes.slice(12).join('.'));
  }
  // Outside 2000::/3 there is, among others, the IPv4-compatible ::7f00:1.
  const isGlobal = (bytes[0] ?? 0) >> 5 === 1;
  return isGlobal && address.range() === 'unicast';
}

/** Thrown instead of connecting to an address that is not public. */
export class NotPublicError extends Error {
  override readonly name = 'NotPublicError';
}

/**
 * A lookup for connections that may only lead to public addresses. What it checks is what gets connected to,
 * so that a name that changes its answer between check and use (DNS rebinding) gains nothing.
 */
export function publicLookup(resolve: LookupFunction = systemLookup): LookupFunction {
  return (host, options, callback) => {
    resolve(host, options, (error, found, family) => {
      if (error !== null) return callback(error, found, family);
      const addresses: readonly (string | LookupAddress)[] = Array.isArray(found) ? found : [found];
      const other = addresses
        .map((each) => (typeof each === 'string' ? each : each.address))
        .find((address) => !isPublicAddress(address));
      if (other === undefined) return callback(null, found, family);
      callback(new NotPublicError(`${host} is ${other}`), found, family);
    });
  };
}
