import type { Scope } from './scope.ts';

/** One row of the table below. */
export interface SpecialRange {
  readonly range: string;
  readonly scope: Scope;
  readonly name: string;
  readonly source: string;
}

/**
 * What addresses are for, by the IANA IPv4 and IPv6 special-purpose address registries and the IPv6 address
 * space registry. Where ranges nest, the longer prefix wins; "Globally Reachable: True" is `internet`.
 */
export const specialRanges: readonly SpecialRange[] = table(`
  0.0.0.0/0              internet       Global unicast                          RFC 791
  0.0.0.0/8              reserved       This network                            RFC 791
  10.0.0.0/8             private        Private use                             RFC 1918
  100.64.0.0/10          shared         Shared address space (carrier NAT)      RFC 6598
  127.0.0.0/8            loopback       Loopback                                RFC 1122
  169.254.0.0/16         link-local     Link local, AWS metadata and DNS        RFC 3927
  172.16.0.0/12          private        Private use                             RFC 1918
  192.0.0.0/24           reserved       IETF protocol assignments               RFC 6890
  192.0.0.9/32           internet       Port Control Protocol anycast           RFC 7723
  192.0.0.10/32          internet       TURN anycast                            RFC 8155
  192.0.2.0/24           documentation  TEST-NET-1                              RFC 5737
  192.31.196.0/24        internet       AS112-v4                                RFC 7535
  192.52.193.0/24        internet       AMT                                     RFC 7450
  192.88.99.0/24         reserved       6to4 relay anycast, deprecated          RFC 7526
  192.168.0.0/16         private        Private use                             RFC 1918
  192.175.48.0/24        internet       Direct delegation AS112 service         RFC 7534
  198.18.0.0/15          reserved       Benchmarking                            RFC 2544
  198.51.100.0/24        documentation  TEST-NET-2                              RFC 5737
  203.0.113.0/24         documentation  TEST-NET-3                              RFC 5737
  224.0.0.0/4            multicast      Multicast                               RFC 1112
  240.0.0.0/4            reserved       Future use (class E)                    RFC 1112
  255.255.255.255/32     reserved       Limited broadcast                       RFC 919
  ::/0                   reserved       Unallocated                             RFC 4291
  ::/128                 reserved       Unspecified address                     RFC 4291
  ::1/128                loopback       Loopback                                RFC 4291
  ::ffff:0:0/96          reserved       IPv4-mapped, never on the wire          RFC 4291
  64:ff9b::/96           internet       IPv4-IPv6 translation                   RFC 6052
  64:ff9b:1::/48         reserved       IPv4-IPv6 translation, local use        RFC 8215
  100::/64               reserved       Discard only                            RFC 6666
  100:0:0:1::/64         reserved       Dummy prefix                            RFC 9780
  2000::/3               internet       Global unicast                          RFC 4291
  2001::/23              reserved       IETF protocol assignments               RFC 2928
  2001::/32              reserved       Teredo                                  RFC 4380
  2001:1::1/128          internet       Port Control Protocol anycast           RFC 7723
  2001:1::2/128          internet       TURN anycast                            RFC 8155
  2001:1::3/128          internet       DNS-SD service registration anycast     RFC 9665
  2001:2::/48            reserved       Benchmarking                            RFC 5180
  2001:3::/32            internet       AMT                                     RFC 7450
  2001:4:112::/48        internet       AS112-v6                                RFC 7535
  2001:10::/28           reserved       ORCHID, deprecated                      RFC 4843
  2001:20::/28           internet       ORCHIDv2                                RFC 7343
  2001:30::/28           internet       Drone remote ID entity tags             RFC 9374
  2001:db8::/32          documentation  Documentation                           RFC 3849
  2002::/16              reserved       6to4                                    RFC 3056
  2620:4f:8000::/48      internet       Direct delegation AS112 service         RFC 7534
  3fff::/20              documentation  Documentation                           RFC 9637
  5f00::/16              reserved       Segment routing (SRv6) SIDs             RFC 9602
  fc00::/7               private        Unique local                            RFC 4193
  fe80::/10              link-local     Link local                              RFC 4291
  fec0::/10              reserved       Site local, deprecated                  RFC 3879
  ff00::/8               multicast      Multicast                               RFC 4291
`);
// Judgement calls, where the registries say "N/A" or no longer list a range:
// - 2001::/32 (Teredo) and 2002::/16 (6to4) are tunnels whose public relays are gone. `reserved`, as newer
//   releases of Python's ipaddress have them, so that counts agree with the notebook; a network that still
//   carries them says so with --internet 2002::/16.
// - 192.88.99.0/24 has been withdrawn from global routing (RFC 7526).

function table(text: string): SpecialRange[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [range = '', scope, name = '', source = ''] = line.trim().split(/\s{2,}/);
      return { range, scope: scope as Scope, name, source };
    });
}
