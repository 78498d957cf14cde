import { plainText } from '../../report/plain-text.ts';
import { defineCommand } from '../command.ts';
import { type CommonFlags, commonFlags, runOptionsOf } from '../common-flags.ts';
import { someText, wholeNumber } from '../values.ts';

type ServeFlags = CommonFlags & { readonly port?: number; readonly host?: string; readonly open?: boolean };

export const serve = defineCommand<ServeFlags, []>({
  docs: {
    brief: 'Open the workbench: a web page on this workspace',
    usage: ['[FLAGS]'],
    description: [
      'Serves a web page on the workspace, on this machine only, and prints the link that opens it. The link has a token: whoever has it may do everything that the page can, as long as the server runs. Ctrl-C ends it and everything that runs in it.',
      'The page asks an HTTP API that scripts may use too: docs/reference/openapi.json; they send the token as the header "Authorization: Bearer TOKEN".',
    ],
    examples: [
      ['serve', 'on the first free port from 8740, and open the browser'],
      ['serve --no-open --port 9000', 'print the link only'],
      ['serve --workspace case-7', 'another workspace'],
      ['serve --json', 'link, token and port for a script, as one line'],
    ],
  },
  parameters: {
    flags: {
      port: {
        kind: 'parsed',
        parse: wholeNumber(0, 65_535),
        optional: true,
        placeholder: 'N',
        brief: 'Port to listen on, 0 for any (default 8740, or the next free one)',
      },
      host: {
        kind: 'parsed',
        parse: someText,
        optional: true,
        placeholder: 'ADDRESS',
        brief: 'Address to listen on (default 127.0.0.1, which no other machine reaches)',
      },
      open: {
        kind: 'boolean',
        optional: true,
        brief: 'Open the browser (default on a terminal)',
      },
      ...commonFlags,
    },
  },
  run: async (session, flags) => {
    const { world } = session;
    const { port, host, open } = flags;
    const say = (line: string) => void session.notes(line.split('\n').map(plainText));
    const serving = await world.library.serve({
      ...runOptionsOf(flags, world),
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
      say,
    });
    try {
      if (serving.isExposed) {
        await session.notes([
          `Warning: ${plainText(serving.host)} may be reached by other machines, and the connection is not encrypted.`,
          'Whoever sees the link can read the workspace, load files of this machine and mark peers.',
        ]);
      }
      const { link, token } = serving;
      if (session.json) {
        await world.stdout.write(
          `${JSON.stringify({ link, token, host: serving.host, port: serving.port })}\n`,
        );
      } else {
        await session.lines([link]);
        await session.notes(['Open this link; it is good for as long as this runs. Ctrl-C ends it.']);
      }
      if (open ?? (world.stdout.isTerminal && !session.json)) {
        const isOpen = await serving.open();
        if (!isOpen) await session.notes(['No browser could be opened. Open the link by hand.']);
      }
      await aborted(world.signal);
    } finally {
      await serving.close();
    }
  },
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
