/** The noise rules of a new workspace, as the hunter reads and changes them in `noise.yaml`. */
export const defaultNoise = `# Noise: north/south traffic that explains itself.
#
# A record that a rule with "on: true" matches is counted as noise and not shown. Nothing is deleted: switch a
# rule off (here, or with "northsouth noise off NAME") and the next hunt shows its records again, with no reload.
# Each rule is counted by itself; a record that two rules match counts once in the total.
#
# A rule matches when all of its conditions do:
#   src, dst, peer, local, address   an address or a range (203.0.113.7, 10.0.0.0/8), or a list of them;
#                                    peer is the Internet end, local the other, address is either end
#   src-port, dst-port, port         a number, a range "6000-6063", "<1024", ">=32768", or a list; port is either
#   protocol                         tcp, udp, icmp, icmpv6 or a number, or a list
#   packets, bytes                   of one record: a number, a range or a list, like ports
rules:
  - name: ntp
    on: true
    reason: Time synchronisation. One packet of 76 bytes to port 123 is a plain NTP request and holds nothing else.
    match: { dst-port: 123, protocol: udp, packets: 1, bytes: 76 }

  # The rules below are proposals. Each hides something that an attacker could hide in too, so they are off.
  - name: ntp-replies
    on: false
    reason: The answers to plain NTP requests; their count should be about that of the rule ntp.
    match: { src-port: 123, protocol: udp, packets: 1, bytes: 76 }

  - name: dns-public-resolvers
    on: false
    reason: Queries to the large public resolvers. Leave it on show where hosts should only ask the VPC's own resolver, and while DNS tunnels are a question.
    match:
      protocol: [udp, tcp]
      port: 53
      peer: [8.8.8.8, 8.8.4.4, 1.1.1.1, 1.0.0.1, 9.9.9.9, 149.112.112.112, "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "2606:4700:4700::1001"]

  - name: ping
    on: false
    reason: A few echo packets of the usual sizes. Larger or many of them can carry data, and are not matched.
    match: { protocol: [icmp, icmpv6], packets: "1-4", bytes: "<=400" }

  - name: ipsec-keepalive
    on: false
    reason: NAT traversal keep-alives of VPN tunnels, one byte of payload each (RFC 3948).
    match: { port: 4500, protocol: udp, bytes: 29, packets: 1 }

  - name: lone-syn-reply
    on: false
    reason: Single TCP packets without payload, mostly resets and late acknowledgements. Scans look like this too.
    match: { protocol: tcp, packets: 1, bytes: "40-60" }
`;
