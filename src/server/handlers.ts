import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { freshnessOf } from '../addresses/label-source.ts';
import { severities } from '../detect/finding.ts';
import { conditionOf } from '../filter/compile.ts';
import { complete } from '../filter/complete.ts';
import { keyNamed } from '../filter/keys.ts';
import { meaningOf } from '../filter/meaning.ts';
import { parseFilter } from '../filter/parse.ts';
import { printFilter, printValue } from '../filter/print.ts';
import { computedOver } from '../hunt/computed-over.ts';
import type { MarkOptions } from '../known/marking.ts';
import { listLabels } from '../labels/listing.ts';
import { isoTime, type Period, parseTime } from '../traffic/period.ts';
import type { Preparing } from '../workbench/current-snapshot.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { lineOf, sorted } from './answers.ts';
import type { AnswerOf, Load, Status } from './api.ts';
import type { Events } from './events.ts';
import type { Loads } from './loads.ts';
import { failureOf, Refusal } from './refusal.ts';
import type { Handlers } from './routes.ts';
import { type SqlQueries, schemaOfSql } from './sql-queries.ts';

export interface Served {
  readonly workbench: Workbench;
  readonly workspace: string;
  readonly version: string;
  readonly loads: Loads;
  readonly queries: SqlQueries;
  readonly events: Events;
}

interface Bounds {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The time range of a request in Unix seconds. */
function periodOf({ from, to }: Bounds): Period {
  const period = {
    ...(from === undefined ? {} : { from: parseTime(from) }),
    ...(to === undefined ? {} : { to: parseTime(to) }),
  };
  if (period.from !== undefined && period.to !== undefined && period.from >= period.to) {
    throw new Refusal(
      'request.invalid',
      'The time range ends before it begins.',
      'from is the first moment, to the first one behind.',
    );
  }
  return period;
}

/** Time range and filter of a request. */
function narrowedBy({ where, ...bounds }: Bounds & { readonly where?: string | undefined }) {
  return { ...periodOf(bounds), ...(where === undefined ? {} : { where }) };
}

/** What each endpoint does. */
export function handlersOf(served: Served): Handlers {
  const { workbench, loads, queries, events } = served;
  return {
    status: () => statusOf(served),
    events: ({ context }) =>
      events.stream(context, (send) => {
        const tell = () => send('status', statusOf(served));
        tell();
        const stops = [workbench.onChange(tell), loads.onChange(tell)];
        return () => {
          for (const stop of stops) stop();
        };
      }),
    overview: async ({ query, signal }) => {
      const { by, asides, rows } = query;
      const picture = await workbench.overview({ ...narrowedBy(query), by, asides, rows }, signal);
      const { total, bySeverity, matter } = picture.findings;
      const answer = { ...picture, findings: { total, bySeverity, matter: matter.map(lineOf) } };
      return answer as unknown as AnswerOf<'overview'>;
    },
    destinations: async ({ query, signal }) => {
      const { from: _, to: __, where: ___, ...rest } = query;
      const list = await workbench.destinations({ ...rest, ...narrowedBy(query) }, signal);
      return { ...list, rows: list.rows as unknown as AnswerOf<'destinations'>['rows'] };
    },
    exportDestinations: async ({ query, signal }) => {
      const { from: _, to: __, where: ___, ...rest } = query;
      const file = await workbench.exportDestinations({ ...rest, ...narrowedBy(query) }, signal);
      return fileAnswer(file, `destinations-by-${query.group}.${query.format}`, signal);
    },
    report: async ({ query, signal }) => {
      const { format, title, note, findings, severity, all, by } = query;
      const options = {
        ...{ ...narrowedBy(query), severity, all, by },
        ...(title === undefined ? {} : { title }),
        ...(note === undefined ? {} : { note }),
        ...(findings === undefined ? {} : { findings: findings.split(',') }),
      };
      const file = await workbench.exportReport(format, options, signal);
      return fileAnswer(file, `case.${format}`, signal);
    },
    findings: async ({ query, signal }) => {
      const { question, severity, unsettled, sort, offset, limit } = query;
      const { snapshot, found } = await workbench.findings(
        { ...narrowedBy(query), severity: 'info', unsettled: true },
        signal,
      );
      const yes = found.filter(({ finding }) => finding.answer === 'yes');
      const severe = yes.filter(
        ({ finding }) => severities.indexOf(finding.severity) >= severities.indexOf(severity),
      );
      const listed = unsettled
        ? found.filter((one) => severe.includes(one) || one.finding.answer !== 'yes')
        : severe;
      const ofQuestion = (name: string) => listed.filter(({ finding }) => finding.question === name);
      const shown = question === undefined ? listed : ofQuestion(question);
      return {
        ...computedOver(snapshot.context),
        total: shown.length,
        below: yes.length - severe.length,
        unsettled: found.length - yes.length,
        byQuestion: {
          scan: ofQuestion('scan').length,
          access: ofQuestion('access').length,
          c2: ofQuestion('c2').length,
          exfil: ofQuestion('exfil').length,
        },
        offset,
        findings: sorted(shown, sort)
          .slice(offset, offset + limit)
          .map(lineOf),
      };
    },
    finding: async ({ params, signal }) => {
      const found = await workbench.finding(params.id, signal);
      if (found === undefined) {
        throw new Refusal(
          'request.not-found',
          'There is no finding of that id.',
          'It may be gone since records were loaded or thresholds changed.',
        );
      }
      const { finding, related, ...behind } = found;
      return { ...finding, ...behind, related: related.map(lineOf) };
    },
    address: async ({ params, query, signal }) => {
      const { report, findings } = await workbench.address(
        params.address,
        { ...narrowedBy(query), limit: query.limit },
        signal,
      );
      const answer = { ...report, findings: findings.map(lineOf) };
      return answer as AnswerOf<'address'>;
    },
    coverage: async ({ query, signal }) => {
      const { offset, limit } = query;
      const found = await workbench.coverage(periodOf(query), { offset, limit }, signal);
      const { period, covered, skipped, interfacesTotal: total, interfaces } = found;
      return { period, covered, skipped, total, offset, interfaces };
    },
    files: ({ query, signal }) => workbench.files(query as Parameters<typeof workbench.files>[0], signal),
    rejects: ({ query, signal }) =>
      workbench.rejects(query as Parameters<typeof workbench.rejects>[0], signal),
    noise: ({ query, signal }) => workbench.noise(periodOf(query), signal),
    switchNoise: async ({ body }) => {
      await workbench.switchNoise(body.name, body.on);
      return body;
    },
    labels: () => ({
      sources: listLabels().sources.map((source) => {
        const { name, holds, ageDays, ranges, licence, attribution, origin, from } = source;
        const date = freshnessOf(source) || null;
        return { name, holds, date, ageDays, ranges, licence, attribution, origin, from };
      }),
    }),
    startLoad: ({ body }) => loads.start(body),
    load: ({ params }) => loads.of(params.id),
    loadEvents: ({ params, context }) => {
      const { id } = loads.of(params.id);
      return events.stream(context, (send, done) => {
        const tell = (load: Load) => {
          if (load.id !== id) return;
          send('load', load);
          if (load.state !== 'running') done();
        };
        const stop = loads.onChange(tell);
        tell(loads.of(id));
        return stop;
      });
    },
    cancelLoad: ({ params }) => loads.cancel(params.id),
    sql: ({ body, signal }) => queries.ask(body, signal),
    cancelSql: ({ params }) => ({ cancelled: queries.cancel(params.id) }),
    sqlSchema: ({ signal }) => schemaOfSql(workbench, signal),
    marks: ({ signal }) => workbench.marks(signal),
    mark: ({ body }) => {
      const { target, verdict, note, port, local } = body;
      return workbench.mark(target, verdict, optionsOf({ note, port, local }));
    },
    unmark: ({ query }) =>
      workbench.unmark(query.target, optionsOf({ note: null, port: query.port, local: query.local })),
    filter: ({ query }) => {
      const filter = parseFilter(query.text);
      conditionOf(query.text, filter, query.for);
      return {
        canonical: printFilter(filter),
        terms: filter.map((term) => {
          const { key, operator, negated, values, place } = term;
          const known = keyNamed(key);
          const written = values.map((value) => (known === undefined ? '' : printValue(value, known)));
          return { ...place, key, operator, negated, values: written, meaning: meaningOf(term) };
        }),
      };
    },
    completeFilter: async ({ query, signal }) => {
      const words = await workbench.vocabulary(signal);
      return complete(query.text, query.cursor ?? query.text.length, words);
    },
  };
}

function optionsOf({
  note,
  port,
  local,
}: {
  readonly note: string | null;
  readonly port: number | null | undefined;
  readonly local: string | null | undefined;
}): MarkOptions {
  return {
    ...(note === null ? {} : { note }),
    ...(port === null || port === undefined ? {} : { port }),
    ...(local === null || local === undefined ? {} : { local }),
  };
}

function percentOf({ done, total }: Preparing): number | null {
  return total === 0 ? null : (done / total) * 100;
}

function secondsOf({ startedAt }: Preparing): number {
  return (Date.now() - startedAt) / 1000;
}

/** What is open, and whether it can be asked. */
function statusOf({ workbench, workspace, version, loads }: Served): Status {
  const { snapshot, preparing, failed } = workbench;
  const files = snapshot?.files ?? 0;
  const records = snapshot?.batches.reduce((sum, { manifest }) => sum + manifest.records, 0) ?? 0;
  const state =
    failed === undefined
      ? snapshot === undefined
        ? 'preparing'
        : files === 0
          ? 'empty'
          : 'ready'
      : 'failed';
  const { code, message, hint } = failureOf(failed).body.error;
  return {
    version,
    workspace,
    revision: snapshot?.revision ?? '',
    period: { from: isoTime(snapshot?.span.from ?? null), to: isoTime(snapshot?.span.to ?? null) },
    files,
    records,
    state: preparing !== undefined && snapshot === undefined ? 'preparing' : state,
    preparing:
      preparing === undefined
        ? null
        : { step: preparing.step, percent: percentOf(preparing), seconds: secondsOf(preparing) },
    failed: failed === undefined ? null : { code, message, hint },
    resolutionSeconds: snapshot?.resolutionSeconds ?? 1,
    load: loads.last,
  };
}

/** A file as a download; it is removed when it was sent, or when nobody waits for it. */
function fileAnswer(path: string, name: string, signal: AbortSignal): Response {
  const stream = createReadStream(path);
  stream.once('close', () => void rm(path, { force: true }));
  const leave = () => stream.destroy();
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return new Response(Readable.toWeb(stream) as ReadableStream, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${name}"`,
    },
  });
}
