import { type Severity, severities } from '../detect/finding.ts';
import { and, list, or, type Sql, sql, trusted } from '../sql/sql.ts';
import { type Columns, columnsOf } from './columns.ts';
import type { AddressValue, Filter, Operator, Relation, Term, Value } from './filter.ts';
import { relations } from './filter.ts';
import { either, mistake } from './mistake.ts';
import { addressText } from './read-value.ts';

/** The condition under which a row of the relation meets the filter. Throws at the first term that it cannot answer. */
export function conditionOf(text: string, filter: Filter, relation: Relation): Sql {
  return and(...filter.map((term) => answered(text, term, columnsOf[relation])));
}

function answered(text: string, term: Term, columns: Columns): Sql {
  const condition = termCondition(term, columns);
  if (condition !== undefined) return condition;
  const able = relations.filter((other) => termCondition(term, columnsOf[other]) !== undefined);
  throw mistake(
    'filter.relation',
    text,
    term.place,
    `${capital(columns.name)} cannot be asked for ${wordsOf(term)}`,
    insteadOf(term, able),
  );
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function wordsOf({ key, operator, values }: Term): string {
  const [value] = values;
  return value?.kind === 'word' && operator === ':' ? `${key}:${value.word}` : key;
}

function insteadOf({ key }: Term, able: readonly Relation[]): string {
  const who =
    able.length === 0 ? 'Nothing can.' : `${capital(either(able).replaceAll(' or ', ' and '))} can.`;
  return key === 'direction'
    ? `${who} A record does not say who started; traffic:to-internet says which way it goes.`
    : who;
}

/** The condition of one term, or undefined where the columns cannot answer it. */
function termCondition(term: Term, columns: Columns): Sql | undefined {
  const condition = positive(term, columns);
  if (condition === undefined || !term.negated) return condition;
  // What is unknown is not what was left out: it stays.
  return sql`NOT coalesce(${condition}, FALSE)`;
}

function positive({ key, operator, values }: Term, columns: Columns): Sql | undefined {
  const conditions = values.map((value) => valueCondition(key, operator, value, columns));
  const present = conditions.filter((condition) => condition !== undefined);
  if (present.length < conditions.length) return undefined;
  const addresses = columns.addresses[key];
  if (addresses !== undefined)
    return or(...addresses.map((end) => isOneOf(end, values.filter(isAddress), columns)));
  return or(...present);
}

function isAddress(value: Value): value is AddressValue {
  return value.kind === 'address';
}

/** Whose an address is. */
const labelSetKeys: Readonly<Record<string, Sql>> = {
  asn: sql`asn`,
  network: sql`network`,
  country: sql`country`,
  city: sql`city`,
  provider: sql`provider`,
  service: sql`service`,
};

/** The same, and what changes with set-asides and marks. */
const labelKeys: Readonly<Record<string, Sql>> = {
  ...labelSetKeys,
  'set-aside': sql`set_aside`,
  mark: sql`mark`,
};

/** Of what an address may have several: the relation with a row for each. */
const severalOf: Readonly<Record<string, { readonly relation: Sql; readonly column: Sql }>> = {
  name: { relation: sql`names`, column: sql`name` },
  list: { relation: sql`intel`, column: sql`list` },
};

function valueCondition(key: string, operator: Operator, value: Value, columns: Columns): Sql | undefined {
  const label = labelKeys[key];
  const { ofText = (condition: Sql) => condition, ownLabels } = columns;
  const own = ownLabels?.[key];
  if (own !== undefined) return labelMatch(own, value);
  if (label !== undefined) {
    const { labelSet } = columns;
    if (labelSet === undefined || !(key in labelSetKeys))
      return labelCondition(labelMatch(label, value), columns);
    return sql`${labelSet.column} IN (SELECT label_set FROM ${labelSet.relation} WHERE ${labelMatch(label, value)})`;
  }
  const several = severalOf[key];
  if (several !== undefined) return labelCondition(anyOf(several, value), columns);
  switch (value.kind) {
    case 'address':
      return columns.addresses[key]?.[0];
    case 'port':
      return portCondition(key, value, columns);
    case 'number':
      return inOrder(columns.numbers[key], operator, value.from, value.to);
    case 'none': {
      const text = columns.texts[key];
      return text === undefined ? undefined : ofText(sql`${text} IS NULL`);
    }
    case 'text': {
      const text = columns.texts[key];
      return text === undefined ? undefined : ofText(isLike(text, value.text));
    }
    case 'word':
      return wordCondition(key, operator, value.word, columns);
  }
}

function inOrder(number: Sql | undefined, operator: Operator, from: number, to: number): Sql | undefined {
  if (number === undefined) return undefined;
  if (operator !== ':') return sql`${number} ${trusted(operator)} ${from}`;
  return from === to ? sql`${number} = ${from}` : sql`${number} BETWEEN ${from} AND ${to}`;
}

function portCondition(
  key: string,
  value: Value & { readonly kind: 'port' },
  columns: Columns,
): Sql | undefined {
  const port = inOrder(columns.ports[key], ':', value.from, value.to);
  if (port === undefined || value.protocol === null) return port;
  const protocol = columns.numbers['protocol'];
  return protocol === undefined ? undefined : and(port, sql`${protocol} = ${value.protocol}`);
}

function wordCondition(key: string, operator: Operator, word: string, columns: Columns): Sql | undefined {
  if (key === 'scope') {
    const ends = columns.addresses['address'] ?? [];
    return ends.length === 0
      ? undefined
      : or(...ends.map((end) => among(end, sql`scope = ${word}`, columns)));
  }
  if (operator === ':') return columns.words[key]?.(word);
  // Severities are in an order; their places are numbers.
  return inOrder(columns.numbers[key], operator, 1 + severities.indexOf(word as Severity), 0);
}

function labelCondition(condition: Sql, columns: Columns): Sql | undefined {
  const { labelled } = columns;
  return labelled === undefined ? undefined : among(labelled, condition, columns);
}

function anyOf({ relation, column }: { readonly relation: Sql; readonly column: Sql }, value: Value): Sql {
  if (value.kind === 'none') return sql`address NOT IN (SELECT address FROM ${relation})`;
  return sql`address IN (SELECT address FROM ${relation} WHERE ${labelMatch(column, value)})`;
}

function labelMatch(label: Sql, value: Value): Sql {
  switch (value.kind) {
    case 'none':
      return sql`${label} IS NULL`;
    case 'number':
      return sql`${label} = ${value.from}`;
    case 'word':
      return sql`${label} = ${value.word}`;
    default:
      return isLike(label, value.kind === 'text' ? value.text : '');
  }
}

/** Labels are looked at once for each distinct address, not for each row. */
function among(end: Sql, condition: Sql, { ends, labelled, members }: Columns): Sql {
  const those = sql`(SELECT ${trusted(ends)} FROM addresses WHERE ${condition})`;
  if (members === undefined || end !== labelled) return sql`${end} IN ${those}`;
  return sql`EXISTS (SELECT 1 FROM (SELECT unnest(${members}) AS member) WHERE member IN ${those})`;
}

function isOneOf(end: Sql, values: readonly AddressValue[], columns: Columns): Sql {
  // An IPv4 address has one spelling, and files can be searched for it without reading all of them.
  const isPlain =
    columns.ends === 'address' && values.every(({ family, first, last }) => family === 4 && first === last);
  const texts = () => list(values.map((value) => addressText(value)));
  if (isPlain && columns.members !== undefined && end === columns.labelled)
    return sql`list_has_any(${columns.members}, [${texts()}])`;
  if (isPlain) return sql`${end} IN (${texts()})`;
  const ranges = values.map(({ family, first, last }) => {
    const number = trusted(family === 4 ? 'BIGINT' : 'UHUGEINT');
    return sql`family = ${family} AND number BETWEEN CAST(${first.toString()} AS ${number}) AND CAST(${last.toString()} AS ${number})`;
  });
  return among(end, or(...ranges), columns);
}

/** Whole text, upper and lower case alike, `*` standing for anything. */
function isLike(text: Sql, pattern: string): Sql {
  if (!pattern.includes('*')) return sql`lower(${text}) = lower(${pattern})`;
  const like = pattern.replaceAll(/[\\%_]/g, (character) => `\\${character}`).replaceAll('*', '%');
  return sql`${text} ILIKE ${like} ESCAPE '\\'`;
}

type Totals = Readonly<Record<'bytes' | 'packets' | 'flows', Sql>>;

/** Keys whose value is a total where records are put together: while they are, and afterwards. */
const totals: Totals = {
  bytes: sql`coalesce(sum(bytes), 0)`,
  packets: sql`coalesce(sum(packets), 0)`,
  flows: sql`count(*)`,
};
export const totalColumns: Totals = { bytes: sql`bytes`, packets: sql`packets`, flows: sql`flows` };

/** Conditions on the records that go into a grouping, and on the groups that come out of it. */
export interface GroupConditions {
  readonly records: Sql;
  readonly groups: Sql;
}

/** True for what a grouping of records is asked about its groups: their bytes, packets, flows. */
export function isTotal({ key }: Term): boolean {
  return key in totals;
}

/** The conditions of a filter on a grouping of records: bytes, packets and flows are those of the whole group. */
export function groupConditions(
  text: string,
  filter: Filter,
  sums: Totals = totals,
  columns: Columns = columnsOf.flows,
): GroupConditions {
  const groups = { ...columns, numbers: sums };
  return {
    records: and(...filter.filter((term) => !isTotal(term)).map((term) => answered(text, term, columns))),
    groups: and(...filter.filter(isTotal).map((term) => termCondition(term, groups) ?? sql`FALSE`)),
  };
}

/** True where the columns can answer all of the filter but what is asked of groups. */
export function canAnswer(filter: Filter, columns: Columns): boolean {
  return filter.every((term) => isTotal(term) || termCondition(term, columns) !== undefined);
}
