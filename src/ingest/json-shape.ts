import { isOwnExport, type Layout, layoutFromNames } from '../records/layout.ts';
import { fittingFormat } from './fitting-format.ts';
import { type NoShape, ownExport, type Shape } from './shape.ts';

const envelope = /"(?:logEvents|events)"\s*:\s*\[/;
const controlMessage = /"messageType"\s*:\s*"CONTROL_MESSAGE"/;
const notOnePerLine: NoShape = {
  kind: 'unknown',
  reason: 'JSON, but not one object after another; write it so, for example with jq -c',
};

/**
 * The shape of a file whose lines are mostly JSON objects; undefined when they are not. Lines of the sample hold one
 * object each; only its last object may be cut off.
 */
export function jsonShape(lines: readonly string[], format: Layout | undefined): Shape | NoShape | undefined {
  if (/^\s*\[\s*(?:\{|$)/.test(lines[0] ?? '')) return notOnePerLine;
  const texts = lines.filter((line) => line.trimStart().startsWith('{'));
  if (texts.length * 2 < lines.length) return undefined;
  const shape = { delimiter: 'blank', header: false } as const;
  const envelopes = texts.filter((text) => envelope.test(text));
  if (envelopes.length * 2 >= texts.length) {
    const messages = envelopes.filter((text) => !controlMessage.test(text)).flatMap(messagesIn);
    return fittingFormat({ ...shape, wrap: 'json-events' }, messages, format);
  }
  const objects = texts.map(parsed).filter((object) => object !== undefined);
  if (objects.length === 0) return notOnePerLine;
  const messages = objects
    .map((object) => object['message'] ?? object['@message'])
    .filter((text) => typeof text === 'string');
  const inMessages =
    messages.length * 2 >= objects.length
      ? fittingFormat({ ...shape, wrap: 'json-message' }, messages, format)
      : undefined;
  if (inMessages !== undefined && 'wrap' in inMessages) return inMessages;
  const keys = [...new Set(objects.flatMap(Object.keys))].filter((key) => key !== '');
  if (isOwnExport(keys)) return ownExport;
  const layout = layoutFromNames(keys);
  if (layout !== undefined) return { ...shape, wrap: 'json-fields', layout };
  return (
    inMessages ?? {
      kind: 'other',
      reason: 'JSON without a message and without the field names of a flow log',
    }
  );
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The messages of an envelope, of which a sample may hold only the beginning. */
function messagesIn(text: string): string[] {
  return [...text.matchAll(/"message"\s*:\s*"([^"\\]*)"/g)].map((match) => match[1] ?? '');
}
