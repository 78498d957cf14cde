import * as v from 'valibot';

/** One threshold of a detector: a number, or a list of ports, with bounds and the reason for its default. */
interface Setting<Value extends number | readonly number[] = number | readonly number[]> {
  readonly value: Value;
  readonly unit: string;
  readonly from: number;
  readonly to: number;
  /** Why this default: a source, a measurement, or what it trades. */
  readonly reason: string;
}

export type SettingsOf = Readonly<Record<string, Setting>>;

/** The plain values of a detector's settings, as its queries and scores take them. */
export type ValuesOf<Definitions extends SettingsOf> = {
  readonly [Name in keyof Definitions]: Definitions[Name]['value'] extends readonly number[]
    ? readonly number[]
    : number;
};

/** Keeps the literal names of the settings while checking their shape. */
export function defineSettings<const Definitions extends SettingsOf>(definitions: Definitions): Definitions {
  return definitions;
}

/** The defaults. */
export function defaultsOf<Definitions extends SettingsOf>(definitions: Definitions): ValuesOf<Definitions> {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, { value }]) => [name, value]),
  ) as unknown as ValuesOf<Definitions>;
}

/** A schema that takes any of the settings, checks bounds and completes the rest with the defaults. */
export function schemaOf<Definitions extends SettingsOf>(
  definitions: Definitions,
): v.GenericSchema<unknown, ValuesOf<Definitions>> {
  const entries = Object.fromEntries(
    Object.entries(definitions).map(([name, setting]) => {
      const bounds = `expected a number from ${setting.from} to ${setting.to} (${setting.unit})`;
      const number = v.pipe(
        v.number(bounds),
        v.minValue(setting.from, bounds),
        v.maxValue(setting.to, bounds),
      );
      const schema =
        typeof setting.value === 'number' ? number : v.array(number, `expected a list of ${setting.unit}`);
      return [name, v.optional(schema as v.GenericSchema<unknown, unknown>, setting.value as never)];
    }),
  );
  return v.nullish(v.strictObject(entries), {}) as unknown as v.GenericSchema<unknown, ValuesOf<Definitions>>;
}

/** The settings as commented YAML, switched off by a comment mark so that the defaults stay ours to improve. */
export function settingsAsYaml(question: string, definitions: SettingsOf): string {
  const lines = Object.entries(definitions).flatMap(([name, { value, unit, reason }]) => [
    `#   # ${reason}`,
    `#   ${name}: ${Array.isArray(value) ? `[${value.join(', ')}]` : value}  # ${unit}`,
  ]);
  return [`# ${question}:`, ...lines].join('\n');
}
