import stringWidth from 'string-width';
import { expect, test, vi } from 'vitest';
import { barLine, displayOf, plainLine, progressDisplay, progressOfLoad } from './progress.ts';

const progress = { filesTotal: 500, filesDone: 212, records: 4_300_112, done: 0.4375 };

test('the bar says how far, how fast and how long', () => {
  expect(barLine('Loading', progress, 6.1, 99)).toBe(
    'Loading  ████████████░░░░░░░░░░░░░░░░  43 %  212/500 files  4,300,112 records  704,936/s  8 s left',
  );
  expect(plainLine('Loading', progress, 6.1)).toBe(
    'Loading: 43 %, 212 of 500 files, 4,300,112 records, 704,936 records/s, 8 s left',
  );
});

test.each([20, 40, 60, 79, 120, 200])('the bar fits %d columns', (width) => {
  for (const done of [0, 0.5, 1]) {
    expect(stringWidth(barLine('Loading', { ...progress, done }, 60, width))).toBeLessThanOrEqual(width);
  }
});

test('progress is by bytes, else by files, and never outside 0 to 1', () => {
  const load = { filesTotal: 4, filesDone: 1, bytesTotal: 0, bytesDone: 0, records: 0 };
  expect(progressOfLoad(load).done).toBe(0.25);
  expect(progressOfLoad({ ...load, bytesTotal: 10, bytesDone: 5 }).done).toBe(0.5);
  expect(progressOfLoad({ ...load, bytesTotal: 10, bytesDone: 50 }).done).toBe(1);
  expect(progressOfLoad({ ...load, filesTotal: 0, filesDone: 0 }).done).toBe(0);
});

test('a terminal gets a bar that goes away, a pipe a line every ten seconds', () => {
  const shown = (isTerminal: boolean) => {
    const written: string[] = [];
    let time = 0;
    const write = async (text: string) => void written.push(text);
    const display = progressDisplay({ write, isTerminal, columns: () => 80 }, 'Loading', () => time);
    for (; time < 25_000; time += 50) display.show(progress);
    display.stop();
    display.stop();
    return written;
  };
  const pipe = shown(false);
  expect(pipe).toHaveLength(2);
  expect(pipe[0]).toMatch(/^Loading: 43 %.*\n$/);
  const terminal = shown(true);
  expect(terminal).toHaveLength(251);
  expect(terminal.at(-1)).toBe('\r\u001b[K');
});

test('a step that says nothing for long is shown, with its time, and nothing behind the end', () => {
  vi.useFakeTimers();
  try {
    const written: string[] = [];
    const write = async (text: string) => void written.push(text);
    const line = (step: string, seconds: number) => `${step} ${Math.floor(seconds)}`;
    const output = { write, isTerminal: true, columns: () => 80 };
    const display = displayOf(output, { bar: line, plain: line }, () => Date.now());
    display.show('first');
    // Too soon behind the last frame to be drawn at once.
    display.show('second');
    vi.advanceTimersByTime(2000);
    display.stop();
    vi.advanceTimersByTime(2000);
    const shown = ['first 0', 'second 0', 'second 1', 'second 1', 'second 2', ''];
    expect(written).toEqual(shown.map((text) => `\r${text}\u001b[K`));
  } finally {
    vi.useRealTimers();
  }
});
