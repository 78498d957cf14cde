import { expect, test } from 'vitest';
import { markdownBlock, markdownCode, markdownTable, markdownText } from './markdown-text.ts';

test.each([
  ['plain words, 10.0.0.5', 'plain words, 10.0.0.5'],
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  [
    '[click](javascript:x) ![i](https://evil.example/x.png)',
    '\\[click\\](javascript:x) \\!\\[i\\](https:&#47;&#47;evil.example/x.png)',
  ],
  ['a | b `c` *d* _e_ interface_id', 'a \\| b \\`c\\` \\*d\\* \\_e\\_ interface_id'],
  ['# no heading', '\\# no heading'],
  ['    no code', 'no code'],
  ['1. no list', '1\\. no list'],
  ['1.5 GB', '1.5 GB'],
  ['- no list', '\\- no list'],
  ['---', '\\---'],
  ['===', '\\==='],
  ['@team www.evil.example', '&#64;team www&#46;evil.example'],
  ['&amp;', '&amp;amp;'],
  ['a\u202eb\u0007c\nd', 'a\\\\u{202e}b\\\\x07c\\\\nd'],
])('%s', (text, written) => expect(markdownText(text)).toBe(written));

test('code ends where it ends', () => {
  expect(markdownCode('a`b``c')).toBe('```a`b``c```');
  expect(markdownCode('`a')).toBe('`` `a ``');
  expect(markdownBlock(['x', '```', '<b>'])).toEqual(['````', 'x', '```', '<b>', '````']);
});

test('a cell stays a cell', () => {
  const columns = [{ header: '#', text: (row: string) => row, align: 'right' as const }];
  expect(markdownTable(columns, ['a|b', '1.'])).toEqual(['| \\# |', '| ---: |', '| a\\|b |', '| 1. |']);
});
