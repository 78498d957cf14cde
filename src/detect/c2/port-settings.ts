import { defineSettings } from '../settings.ts';

/** What ports say of a conversation. */
export const portSettings = defineSettings({
  usualPorts: {
    value: [22, 25, 53, 80, 110, 123, 143, 443, 465, 587, 853, 993, 995, 1883, 5223, 5228, 5671, 5672, 8883],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason:
      'Services that hosts commonly use on the Internet, push and message queues included; C2 on any other port stands out (T1571).',
  },
  tunnelPorts: {
    value: [500, 1194, 1723, 4500, 51820],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason: 'IPsec, OpenVPN, PPTP and WireGuard keep one session up for days.',
  },
  relayPorts: {
    value: [
      3478, 3479, 3480, 3481, 5349, 8801, 8802, 8803, 8804, 8805, 8806, 8807, 8808, 8809, 8810, 19302, 19303,
      19304, 19305, 19306, 19307, 19308, 19309,
    ],
    unit: 'UDP ports',
    from: 0,
    to: 65_535,
    reason:
      'STUN and TURN (RFC 8489, RFC 8656) and the ranges that Teams, Meet and Zoom name for their media: a call is steady for as long as it lasts. Tunnels hide there too, so it lowers and does not silence.',
  },
  mailPorts: {
    value: [25, 110, 143, 465, 587, 993, 995],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason: 'Mail programs poll by design, every few minutes.',
  },
  chatPorts: {
    value: [1863, 1883, 5050, 5190, 5222, 5223, 5228, 5229, 5230, 5671, 5672, 8883],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason: 'Messengers, push services and message queues tell presence at a pace.',
  },
  sharingPorts: {
    value: [4662, 4672, 6346, 6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889, 6969, 51413],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason: 'Defaults of BitTorrent, eMule and Gnutella programs.',
  },
  loginPorts: {
    value: [22, 23, 445, 2222, 2323, 3389, 5900, 5901, 5985, 5986],
    unit: 'ports',
    from: 0,
    to: 65_535,
    reason: 'Who calls there at a pace guesses passwords or logs in: a question of credentialed access.',
  },
});
