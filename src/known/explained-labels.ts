import { resolve } from 'node:path';
import {
  type ExplainedAddress,
  explainedLabels,
  reasonsOf,
  type Statement,
  statementOf,
  statementQuery,
} from '../addresses/explain.ts';
import { labelData } from '../labels/in-use.ts';
import type { RunOptions } from '../settings/options.ts';
import { withOwnEngine } from '../settings/own-engine.ts';
import { readSettings, scopesOf } from '../settings/settings.ts';
import { folderAt } from '../store/folder.ts';

/** Which source says what of addresses, and why the labels are what they are. It needs no workspace. */
export async function explainLabels(
  addresses: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<ExplainedAddress[]> {
  const settings = await readSettings(folderAt(resolve(options.workspace ?? '.northsouth')));
  const scopes = scopesOf(settings, options);
  const data = labelData();
  return withOwnEngine(options, async (engine) => {
    const explained: ExplainedAddress[] = [];
    for (const labels of await engine.ask(explainedLabels(addresses, { scopes, data }), options.signal)) {
      const { address, scope } = labels;
      const statements: (Statement | undefined)[] = [];
      for (const source of scope === 'internet' ? data.sources : []) {
        const [found] = await engine.ask(statementQuery(source, address), options.signal);
        statements.push(found === undefined ? undefined : statementOf(source, address, found));
      }
      explained.push({
        ...{ address, scope, labels: reasonsOf(labels, statements, data.sources) },
        statements: statements.filter((statement) => statement !== undefined),
      });
    }
    return explained;
  });
}
