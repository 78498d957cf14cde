// The registries of the Internet by IANA, as a copy for a machine that never asked IANA (data.iana.org/rdap/).
// Prefixes of IPv4 are all /8, written as their first number.

const arin = ['https://rdap.arin.net/registry/'];
const ripe = ['https://rdap.db.ripe.net/'];
const apnic = ['https://rdap.apnic.net/'];
const lacnic = ['https://rdap.lacnic.net/rdap/'];
const afrinic = ['https://rdap.afrinic.net/rdap/'];

function eights(numbers: string): string[] {
  return numbers
    .trim()
    .split(/\s+/)
    .map((number) => `${number}.0.0.0/8`);
}

/** IANA's files of RFC 9224 for both families, with the day on which IANA published them. */
export const shippedBootstrap = {
  ipv4: {
    version: '1.0',
    publication: '2019-06-07T19:00:02Z',
    services: [
      [eights('41 102 105 154 196 197'), afrinic],
      [
        eights(`1 14 27 36 39 42 43 49 58 59 60 61 101 103 106 110 111 112 113 114 115 116 117 118 119 120 121 122
          123 124 125 126 133 150 153 163 171 175 180 182 183 202 203 210 211 218 219 220 221 222 223`),
        apnic,
      ],
      [
        eights(`3 4 6 7 8 9 11 12 13 15 16 17 18 19 20 21 22 23 24 26 28 29 30 32 33 34 35 38 40 44 45 47 48 50 52
          54 55 56 63 64 65 66 67 68 69 70 71 72 73 74 75 76 96 97 98 99 100 104 107 108 128 129 130 131 132 134 135
          136 137 138 139 140 142 143 144 146 147 148 149 152 155 156 157 158 159 160 161 162 164 165 166 167 168
          169 170 172 173 174 184 192 198 199 204 205 206 207 208 209 214 215 216`),
        arin,
      ],
      [
        eights(`2 5 25 31 37 46 51 53 57 62 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 109 141 145
          151 176 178 185 188 193 194 195 212 213 217`),
        ripe,
      ],
      [eights('177 179 181 186 187 189 190 191 200 201'), lacnic],
    ],
  },
  ipv6: {
    version: '1.0',
    publication: '2024-11-01T22:00:01Z',
    services: [
      [['2001:4200::/23', '2c00::/12'], afrinic],
      [
        [
          ...['2001:200::/23', '2001:c00::/23', '2001:e00::/23', '2001:4400::/23', '2001:8000::/19'],
          ...['2001:a000::/20', '2001:b000::/20', '2400::/12', '2410::/12'],
        ],
        apnic,
      ],
      [
        [
          ...['2001:400::/23', '2001:1800::/23', '2001:4800::/23', '2600::/12', '2610::/23', '2620::/23'],
          '2630::/12',
        ],
        arin,
      ],
      [
        [
          ...['2001:600::/23', '2001:800::/22', '2001:1400::/22', '2001:1a00::/23', '2001:1c00::/22'],
          ...['2001:2000::/19', '2001:4000::/23', '2001:4600::/23', '2001:4a00::/23', '2001:4c00::/23'],
          ...['2001:5000::/20', '2003::/18', '2a00::/12', '2a10::/12'],
        ],
        ripe,
      ],
      [['2001:1200::/23', '2800::/12'], lacnic],
    ],
  },
};
