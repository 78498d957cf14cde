import type { Overview } from '../../../../src/server/api.ts';
import { bytes, counted, port, short } from '../../format.ts';
import { BarList } from '../../parts/bar-list.tsx';
import { place, urlOf } from '../../route.ts';

interface TopsProps {
  readonly data: Overview;
  readonly by: 'flows' | 'bytes' | 'packets';
}

/** The URL of this page, narrowed by one more term. */
const narrowTo = (term: string) => {
  const where = place.value.params['where'] ?? '';
  return urlOf('overview', { ...place.value.params, where: where === '' ? term : `${where} ${term}` });
};

/** What is largest: each line narrows everything to itself. */
export function Tops({ data, by }: TopsProps) {
  const written = by === 'bytes' ? bytes : counted;
  const total = data.totals[by];
  const shared = { total, written };
  return (
    <>
      <BarList
        {...shared}
        title="Networks"
        items={data.networks.map((row) => ({
          key: `${row.asn}`,
          name: row.network ?? 'unknown',
          note: row.asn === null ? '' : `AS${row.asn}`,
          value: row[by],
          side: `${short(row.peers)} peers`,
          href: row.asn === null ? undefined : narrowTo(`asn:${row.asn}`),
        }))}
      />
      <BarList
        {...shared}
        title="Countries"
        items={data.countries.map((row) => ({
          key: `${row.country}`,
          name: countryName(row.country),
          note: row.country ?? '',
          value: row[by],
          side: `${short(row.peers)} peers`,
          href: row.country === null ? undefined : narrowTo(`country:${row.country}`),
        }))}
      />
      <BarList
        {...shared}
        title="Ports"
        items={data.ports.map((row) => ({
          key: `${row.dstPort}/${row.protocol}`,
          name: port(row.dstPort, row.protocol),
          note: '',
          value: row[by],
          side: `${short(row.peers)} peers`,
          href: row.dstPort === null ? undefined : narrowTo(`dst-port:${row.dstPort}`),
        }))}
      />
      <BarList
        {...shared}
        title="Local hosts"
        items={data.locals.map((row) => ({
          key: `${row.local}`,
          name: row.local ?? 'unknown',
          note: '',
          value: row[by],
          side: `${short(row.peers)} peers`,
          href: row.local === null ? undefined : narrowTo(`local:${row.local}`),
        }))}
      />
    </>
  );
}

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });

function countryName(code: string | null): string {
  if (code === null) return 'unknown';
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code;
}
