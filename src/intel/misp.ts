import { entriesOf } from './entry.ts';
import { isObject, type JsonObject, objectsIn } from './json-values.ts';
import type { ListBuilder } from './parsed-list.ts';
import { isoOf, secondsOf } from './parsed-list.ts';

/** True for an event, several of them, or attributes of MISP. */
export function isMisp(value: unknown): boolean {
  return objectsIn(value).some((one) => eventsOf(one).length > 0 || Array.isArray(one['Attribute']));
}

/** Adds the addresses and AS numbers among the attributes; those that are not for detection are left out. */
export function addMisp(value: unknown, builder: ListBuilder): void {
  for (const one of objectsIn(value)) {
    const events = eventsOf(one);
    if (events.length === 0) addAttributes(one, undefined, builder);
    for (const event of events) {
      const { info } = event;
      builder.date ??= isoOf(secondsOf(event['publish_timestamp'] ?? event['timestamp'] ?? event['date']));
      addAttributes(event, typeof info === 'string' ? info : undefined, builder);
    }
  }
}

function eventsOf(one: JsonObject): JsonObject[] {
  const direct = isObject(one['Event']) ? [one['Event']] : [];
  const answered = objectsIn(one['response']).flatMap((each) =>
    isObject(each['Event']) ? [each['Event']] : [],
  );
  return [...direct, ...answered];
}

function addAttributes(holder: JsonObject, info: string | undefined, builder: ListBuilder): void {
  const answered = isObject(holder['response']) ? objectsIn(holder['response']['Attribute']) : [];
  const own = [...objectsIn(holder['Attribute']), ...answered];
  for (const attribute of own) addAttribute(attribute, info, builder);
  for (const object of objectsIn(holder['Object'])) {
    for (const attribute of objectsIn(object['Attribute'])) addAttribute(attribute, info, builder);
  }
}

const kinds = ['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port', 'AS'];

function addAttribute(attribute: JsonObject, info: string | undefined, builder: ListBuilder): void {
  const { type, value, comment, category, to_ids: forDetection, deleted } = attribute;
  if (typeof type !== 'string' || typeof value !== 'string' || !kinds.includes(type)) return;
  if (deleted === true || forDetection === false) {
    builder.withdraw();
    return;
  }
  const [word = '', port] = value.split('|');
  const texts = [info, category, comment].map((text) => (typeof text === 'string' ? text : undefined));
  const beside = { context: texts, ...(port === undefined ? {} : { port: Number(port) || null }) };
  const entries = entriesOf(type === 'AS' && /^\d+$/.test(word) ? `AS${word}` : word, beside);
  builder.addOr(entries, 0, `the ${type} of an attribute is none`, value);
}
