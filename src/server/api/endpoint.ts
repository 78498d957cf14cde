import * as v from 'valibot';

type Fields = v.GenericSchema<Record<string, unknown>, Record<string, unknown>>;

/** One thing that can be asked of the server or done with it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  readonly params?: Fields;
  readonly query?: Fields;
  readonly body?: v.GenericSchema;
  /** The shape of the JSON answer; otherwise the media type of what comes instead. */
  readonly answer: v.GenericSchema | 'text/event-stream' | 'application/octet-stream';
}

/** The values that a schema takes, checked; the first mistake in words otherwise. */
export function checked<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): { readonly value: v.InferOutput<Schema> } | { readonly mistake: string } {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return { value: parsed.output };
  const [issue] = parsed.issues;
  const path = (issue.path ?? []).map(({ key }) => String(key)).join('.');
  return { mistake: `${path === '' ? 'The request' : path}: ${issue.message}` };
}
